/** The sweep over working sets in the terminal: a line per size, with a bar, so that the knees can be seen. */

import { cachesOf, levelText, remarkOn } from '../../../results/caches.ts';
import { cacheCurve } from '../../../results/derive.ts';
import { bytesText, figureText, significant } from '../../../results/figures.ts';
import type { RunRecord } from '../../../results/schema.ts';
import { figureLine } from './figure-line.ts';
import { table } from './table.ts';

/** Characters of the longest bar. */
const BAR = 40;

/** The curve, and the levels that it has; nothing where the run had no such sweep. */
export function cacheLines(record: RunRecord): string[] {
  const curve = cacheCurve(record);
  const caches = cachesOf(curve);
  const fastest = Math.max(...curve.map(({ gbps }) => gbps.value));
  const rows = curve.map(({ workingSetBytes, gbps }) => [
    bytesText(workingSetBytes),
    significant(gbps.value),
    figureText(gbps, '').interval ?? '',
    '▇'.repeat(Math.max(1, Math.round((BAR * gbps.value) / fastest))),
  ]);
  if (rows.length === 0) return [];
  const levels = caches?.levels.map(
    (level) => `level    ${levelText(level, caches)}: ${figureLine(level.gbps, 'GB/s')}`,
  );
  const remark = caches && remarkOn(caches);
  return [
    '',
    table(rows, ['working set', 'GB/s', '95 %', 'read again and again']),
    '',
    ...(levels ?? []),
    ...(remark ? [`caches   ${remark}`] : []),
  ];
}
