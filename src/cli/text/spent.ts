/** The time that a session spent, phase by phase, and for how much of it the GPU was timed. */

import type { Spent } from '../../../harness/events.ts';
import { timedShare } from '../../../harness/rig/stopwatch.ts';
import { table } from './tables/table.ts';

export function spentText(spent: readonly Spent[]): string {
  const seconds = (ms: number) => (ms / 1000).toFixed(2);
  const rows = spent.map(({ phase, wallMs, timedMs }) => [phase, seconds(wallMs), seconds(timedMs)]);
  return [
    table(rows, ['phase', 'seconds', 'GPU timed']),
    `The GPU was timed for ${Math.round(100 * timedShare(spent))} % of the wall time.`,
  ].join('\n');
}
