/** Runs that are added to the collection as files: where each lies in the repository, and how it gets there. */

import type { RunRecord } from '../../results/record/schema.ts';

/** The repository's folder of records. */
const FOLDER = 'results/data';

/** The branch that contributions go to. */
const BRANCH = 'main';

/** The place of a contributed run: the year in which it says that it began, and its id. */
export const contributedPath = ({ id, created }: Pick<RunRecord, 'id' | 'created'>): string =>
  `${FOLDER}/${created.slice(0, 4)}/${id}.json`;

/**
 * The address of GitHub's form for a new file at `path`. Whoever may not write to the repository gets a copy of it there,
 * and a pull request at the end. The text of a record is too long for an address: it has to be pasted.
 *
 * @param repository its address, `https://github.com/OWNER/NAME`
 */
export const newFileAddress = (repository: string, path: string): string =>
  `${repository}/new/${BRANCH}?filename=${encodeURIComponent(path)}`;

/** The text of a contributed file. */
export const fileTextOf = (record: unknown): string => `${JSON.stringify(record)}\n`;
