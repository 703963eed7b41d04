/** The cache curve as a table, with a bar for each working set, so that the knees can be seen. */

import { cachesOf, levelText, remarkOn } from '../../../../results/derived/caches.ts';
import { cacheCurve } from '../../../../results/derived/derive.ts';
import { maxOf } from '../../../../results/lists.ts';
import type { RunRecord } from '../../../../results/record/schema.ts';
import { bytesText, figureText, significant } from '../../../../results/text/figures.ts';
import { figureLine } from '../figure-line.ts';
import { table } from '../tables/table.ts';

/** The length of the longest bar, in characters. */
const MAX_BAR = 40;

/** Returns the curve and its levels; nothing for a run without a cache curve. */
export function cacheLines(record: RunRecord): string[] {
  const curve = cacheCurve(record);
  const caches = cachesOf(curve);
  const fastest = maxOf(curve.map(({ gbps }) => gbps.value));
  const rows = curve.map(({ workingSetBytes, gbps }) => [
    bytesText(workingSetBytes),
    significant(gbps.value),
    figureText(gbps, '').interval ?? '',
    '▇'.repeat(Math.max(1, Math.round((MAX_BAR * gbps.value) / fastest))),
  ]);
  if (rows.length === 0) return [];
  const levels = caches?.levels.map(
    (level) => `level    ${levelText(level, caches)}: ${figureLine(level.gbps, 'GB/s')}`,
  );
  const remark = caches && remarkOn(caches);
  return [
    '',
    table(rows, ['working set', 'GB/s', '95 % within run', 'read again and again']),
    '',
    ...(levels ?? []),
    ...(remark ? [`caches   ${remark}`] : []),
  ];
}
