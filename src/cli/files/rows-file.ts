/** Published rows that somebody brings to `validate --rows`. */

import { readFileSync, statSync } from 'node:fs';
import { messageOf } from '../../../harness/errors.ts';
import { type ThroughputRow, throughputRowsSchema } from '../../../results/reference/published.ts';
import { shown } from '../../../results/text/shown.ts';
import { UsageError } from '../errors.ts';

const MAX_BYTES = 10e6;

/** @throws UsageError for a file that is no list of rows */
export function readRows(path: string): readonly ThroughputRow[] {
  const refused = (why: string): UsageError =>
    new UsageError(
      `--rows must be a JSON list of rows as in results/data/reference/throughput.json; ${shown(path)} is not (${why})`,
    );
  let rows: unknown;
  try {
    const { size } = statSync(path);
    if (size > MAX_BYTES) throw new Error(`it has ${size} bytes, and ${MAX_BYTES} are the most`);
    rows = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw refused(shown(messageOf(error)));
  }
  const { data, error } = throughputRowsSchema.safeParse(rows);
  const [issue] = error?.issues ?? [];
  if (!data) throw refused(shown(`${issue?.path.join('.') || 'the list'}: ${issue?.message ?? 'no rows'}`));
  return data;
}
