/** A run as a file of the collection, for a site without a collector. Pure. */

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
  const name = `${id}.json`;
  const path = `results/data/${created.slice(0, 4)}/${name}`;
  return { name, path, address: undefined, text: `${JSON.stringify(record, null, 2)}\n` };
}
