/** Makes the static dataset out of judged runs: the table, its summary, and what both hold. */

import { partKey } from '../part.ts';
import { isCounted } from '../row.ts';
import { type SummaryRow, summarise } from '../summary.ts';
import { DATASET_VERSION } from './columns.ts';
import { type About, FILES } from './documents.ts';
import type { JudgedRow } from './line.ts';
import { inOrder, writeTable } from './write.ts';

export interface MadeFile {
  readonly name: string;
  readonly content: string | Uint8Array;
}

/**
 * The files of the dataset. The same runs and day make the same bytes.
 *
 * @param made the day on which it is made, `2026-11-29`
 */
export function datasetOf(rows: readonly JudgedRow[], made: string): MadeFile[] {
  const { file, footerBytes, lines } = writeTable(rows);
  const about: About = {
    version: DATASET_VERSION,
    made,
    newest: newestOf(rows),
    runs: rows.length,
    parts: new Set(rows.filter(({ part }) => part.name !== '').map(({ part }) => partKey(part))).size,
    table: { bytes: file.byteLength, footerBytes, lines },
  };
  return [
    { name: FILES.about, content: `${JSON.stringify(about, null, 1)}\n` },
    { name: FILES.summary, content: `${JSON.stringify(summaryOf(rows))}\n` },
    { name: FILES.table, content: file },
  ];
}

function newestOf(rows: readonly JudgedRow[]): string | null {
  let newest: string | null = null;
  for (const { claimed } of rows) if (newest === null || claimed > newest) newest = claimed;
  return newest;
}

/** Whether statistics use a run: one that no rule objects to strongly. */
/** Median and quartiles of each part's read ceiling and of each of its steps, in the order of the table. */
export const summaryOf = (rows: readonly JudgedRow[]): SummaryRow[] =>
  summarise(rows.filter(({ status }) => isCounted(status)).sort(inOrder));
