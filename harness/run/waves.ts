/**
 * A long plan is measured in waves: the cases of one are opened, measured and closed before the next. So memory stays
 * bounded, and whoever stops early has whole figures of what came first. What is compared must share its rounds, and
 * so its wave: the tunings and variants of one problem, and its baseline. The ceiling, which all are compared with,
 * comes first and stays. Pure.
 */

import { groupBy } from '../../results/statistics.ts';
import type { PlannedCase } from '../sampling/plan.ts';

/** Indices of the plan's cases, wave by wave; a wave takes problems until it holds `atLeast` cases. */
export function wavesOf(
  planned: readonly PlannedCase[],
  isCeiling: (index: number) => boolean,
  atLeast: number,
): number[][] {
  const compared = new Set(planned.map(({ kernel }) => kernel.baselineOf));
  const problems = groupBy([...planned.keys()], (index) => {
    const { kernel, params } = planned[index] as PlannedCase;
    const id = kernel.baselineOf ?? kernel.id;
    return compared.has(id) ? id : JSON.stringify([id, params]);
  });
  const order = (problem: number[]) => (problem.some(isCeiling) ? 0 : 1);
  const waves: number[][] = [];
  for (const problem of [...problems.values()].sort((a, b) => order(a) - order(b))) {
    const last = waves.at(-1);
    if (last && last.length < atLeast) last.push(...problem);
    else waves.push([...problem]);
  }
  return waves;
}
