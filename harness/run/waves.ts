/**
 * A long plan is measured in waves: the cases of one wave are opened, measured and closed before the next. So memory
 * stays bounded, and a run that is stopped early has whole figures of what came first. Cases that are compared share
 * their rounds, and so their wave: the tunings and variants of one problem, and its baseline. The ceiling
 * comes first, in all of its sizes; the largest, which all are compared with, stays open. Pure.
 */

import { groupBy } from '../../results/statistics.ts';
import type { PlannedCase } from '../sampling/plan.ts';

/**
 * Returns the indices of the plan's cases, wave by wave. A wave takes whole problems until it holds `atLeast` cases.
 */
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
