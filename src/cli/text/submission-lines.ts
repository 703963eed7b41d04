/** What would be sent of a run, what was, and what whoever sends it agrees to, as lines. */

import { adapterName } from '../../../results/machine/identity.ts';
import { placeOf, placeText } from '../../../results/machine/place.ts';
import type { RunRecord } from '../../../results/record/schema.ts';
import { shown } from '../../../results/text/shown.ts';
import { CONSENT, CONSENT_VERSION } from '../../crowd/consent.ts';
import type { Reason, Status } from '../../crowd/row.ts';

/** A run as it would be sent. */
export interface Submission {
  readonly file: string;
  readonly record: RunRecord;
  /** The id of what is sent: another one than the record's if a note was left out. */
  readonly id: string;
  /** The JSON of the record as it is sent. */
  readonly json: unknown;
  /** The bytes of the request, and once it is compressed. */
  readonly bytes: number;
  readonly gzippedBytes: number;
  /** What the rules say of it. */
  readonly status: Status;
  readonly reasons: readonly Reason[];
}

/** A run, and what the rules say of it, before it is sent. */
export function submissionLines({ file, record, id, bytes, gzippedBytes, status, reasons }: Submission): string[] {
  const { gpu } = record.reported;
  return [
    `run      ${shown(file)}, begun ${record.created}`,
    `machine  ${shown(adapterName(record.adapter) || 'unnamed')}, ${placeText(placeOf(record.host))}`,
    `gpu      ${gpu === undefined ? 'no name was given' : `"${shown(gpu)}", as you called it`}`,
    `id       ${id}${id === record.id ? '' : ' (another than in the file: your note stays here)'}`,
    `size     ${bytes} bytes, ${gzippedBytes} compressed`,
    `rules    ${reasons.length === 0 ? 'nothing to object to' : status}`,
    ...reasons.map(({ rule, text }) => `         ${rule}: ${shown(text)}`),
  ];
}

/** What whoever sends a run agrees to. */
export const consentLines = (): string[] => [
  `What you agree to (version ${CONSENT_VERSION}):`,
  ...CONSENT.map(({ title, text }) => `  ${title}: ${text}`),
];
