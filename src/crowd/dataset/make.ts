/** Makes the static dataset out of judged runs: the table, its summary, and what both hold. */

import { quantileSorted } from 'simple-statistics';
import { partKey } from '../part.ts';
import type { RowStep, SummaryRow } from '../row.ts';
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
const counts = ({ status }: JudgedRow): boolean => status === 'plausible' || status === 'reproduced';

/** Median and quartiles of each part's read ceiling and of each of its steps, in the order of the table. */
export function summaryOf(rows: readonly JudgedRow[]): SummaryRow[] {
  const groups = new Map<string, { of: Omit<SummaryRow, 'n' | 'median' | 'quartiles'>; values: number[] }>();
  const add = ({ part, software }: JudgedRow, step: SummaryRow['step'], value: number): void => {
    const key = JSON.stringify([software, partKey(part), step]);
    const group = groups.get(key);
    if (group) group.values.push(value);
    else groups.set(key, { of: { part, software, step }, values: [value] });
  };
  for (const row of rows.filter(counts).sort(inOrder)) {
    if (row.gbps !== null) add(row, null, row.gbps);
    for (const step of row.steps) add(row, groupOf(step), step.tokensPerSecond);
  }
  return [...groups.values()].map(({ of, values }) => {
    values.sort((a, b) => a - b);
    const at = (p: number): number => quantileSorted(values, p);
    return { ...of, n: values.length, median: at(0.5), quartiles: [at(0.25), at(0.75)] };
  });
}

/** The keys in one order, whatever the row's: they are compared as text. */
const groupOf = ({ model, weights, kv, context, batch, bytes }: RowStep): SummaryRow['step'] => ({
  ...{ model, weights, kv, context, batch, bytes },
});
