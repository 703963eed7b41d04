/** Records out of files, as they would be sent. */

import { gzipSync } from 'node:zlib';
import { judge } from '../../crowd/checks/index.ts';
import { asHandedIn, submissionText } from '../../crowd/submission.ts';
import { writtenIn } from '../files/record-files.ts';
import type { Submission } from '../text/submission-lines.ts';

export interface Prepared extends Submission {
  /** The body of the request. */
  readonly body: string;
}

/** @throws UsageError with the first problem of the file */
export function prepared(file: string): Prepared {
  const { record, json: written } = writtenIn('submit', file);
  const { id, json } = asHandedIn(record, written);
  const body = submissionText(json);
  return {
    ...{ file, record, id, json, body },
    bytes: Buffer.byteLength(body),
    gzippedBytes: gzipSync(body).length,
    ...judge(record, Date.now()),
  };
}
