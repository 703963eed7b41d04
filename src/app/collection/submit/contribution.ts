/** A run as a file of the collection, for a site without a collector. Pure. */

import { contributedPath, fileTextOf, newFileAddress } from '../../../crowd/contribution.ts';
import { REPOSITORY } from '../../../session/own-build.ts';
import type { Prepared } from './api.ts';

export interface Contribution {
  /** The file's name. */
  readonly name: string;
  /** Where it belongs in the repository. */
  readonly path: string;
  /** The address of the repository's page for new files. Undefined: it is not known. */
  readonly address: string | undefined;
  readonly text: string;
}

export function contributionOf({ id, created, json }: Pick<Prepared, 'id' | 'created' | 'json'>): Contribution {
  const { record }: { record: unknown } = JSON.parse(json);
  const path = contributedPath({ id, created });
  const address = REPOSITORY === null ? undefined : newFileAddress(REPOSITORY, path);
  return { name: `${id}.json`, path, address, text: fileTextOf(record) };
}
