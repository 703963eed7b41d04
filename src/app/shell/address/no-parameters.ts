/** The address of a page that has no parameters. Pure. */

import { readQuery } from '../../../session/param.ts';

/** A line for each parameter of a query. */
export const problemsOf = (search: string): readonly string[] =>
  readQuery(search, {}, { keys: {}, params: {} }).problems;
