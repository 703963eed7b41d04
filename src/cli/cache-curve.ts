/** The sweep over working sets in the terminal: a line per size, with a bar, so that the knees can be seen. */

import { cacheCurve } from '../../results/derive.ts';
import { bytesText, figureText, significant } from '../../results/figures.ts';
import type { RunRecord } from '../../results/schema.ts';
import { table } from './table.ts';

/** Characters of the longest bar. */
const BAR = 40;

/** Nothing where the run had no such sweep. */
export function cacheLines(record: RunRecord): string[] {
  const curve = cacheCurve(record);
  const fastest = Math.max(...curve.map(({ gbps }) => gbps.value));
  const rows = curve.map(({ workingSetBytes, gbps }) => [
    bytesText(workingSetBytes),
    significant(gbps.value),
    figureText(gbps, '').interval ?? '',
    '▇'.repeat(Math.max(1, Math.round((BAR * gbps.value) / fastest))),
  ]);
  return rows.length === 0 ? [] : ['', table(rows, ['working set', 'GB/s', '95 %', 'read again and again'])];
}
