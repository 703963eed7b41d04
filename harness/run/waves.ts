/**
 * A plan is measured in waves: the cases of one wave are opened, measured and closed before the next. So memory stays
 * bounded, and a run that is stopped early has whole figures of what came first. Cases that are compared share their
 * rounds, and so their wave: the tunings and variants of one problem, and its baseline. The ceiling comes first, in all
 * of its sizes; the largest, which all are compared with, stays open. Pure.
 */

import { groupBy } from '../../results/lists.ts';
import { sameParams } from '../../shaders/problem.ts';
import type { PlannedCase } from '../sampling/plan.ts';

export interface Wave {
  /** The cases, by their index in the plan. */
  readonly cases: readonly number[];
  /**
   * Whether the wave is a preview: the cases by which the machine is judged get a few rounds before anything else takes
   * time. They come again in a later wave.
   */
  readonly preview: boolean;
}

/**
 * Returns the waves of a plan: a preview of the ceiling, one of the other yardsticks at their largest problem, and then
 * whole problems until a wave holds `atLeast` cases: those of yardsticks before others, the largest first.
 */
export function wavesOf(
  planned: readonly PlannedCase[],
  isCeiling: (index: number) => boolean,
  atLeast: number,
): Wave[] {
  const compared = new Set(planned.map(({ kernel }) => kernel.baselineOf));
  const problems = groupBy([...planned.keys()], (index) => {
    const { kernel, params } = planned[index] as PlannedCase;
    const id = kernel.baselineOf ?? kernel.id;
    return compared.has(id) ? id : JSON.stringify([id, params]);
  });
  const rank = rankOf(planned, isCeiling);
  const rankOfProblem = (problem: readonly number[]) => Math.min(...problem.map(rank));
  // If time runs out, large problems tell more of memory than small ones.
  const bytesOfJudged = (problem: readonly number[]) =>
    rankOfProblem(problem) === REST ? 0 : Math.max(...problem.map((index) => bytesOf(planned[index] as PlannedCase)));
  const sorted = [...problems.values()].sort(
    (a, b) => rankOfProblem(a) - rankOfProblem(b) || bytesOfJudged(b) - bytesOfJudged(a),
  );
  const waves: number[][] = [];
  for (const problem of sorted) {
    const last = waves.at(-1);
    if (last && last.length < atLeast) last.push(...problem);
    else waves.push([...problem]);
  }
  // A part of the pool tells of caches. The line through the sizes comes before it.
  const isWhole = (index: number) => planned[index]?.withinBytes === undefined;
  const previews = [CEILING, LARGEST]
    .map((judged) => sorted.flat().filter((index) => rank(index) === judged && isWhole(index)))
    .filter((cases) => cases.length > 0 && cases.length < planned.length);
  return [...previews.map((cases) => ({ cases, preview: true })), ...waves.map((cases) => ({ cases, preview: false }))];
}

const bytesOf = ({ kernel, params, tuning, variant }: PlannedCase): number =>
  kernel.work(params, tuning, variant).bytesRead;

/** The ranks of cases: the ceiling, the largest problem of another yardstick, its other problems, and all else. */
const [CEILING, LARGEST, YARDSTICK, REST] = [0, 1, 2, 3];

function rankOf(planned: readonly PlannedCase[], isCeiling: (index: number) => boolean): (index: number) => number {
  const judged = planned.filter(({ kernel, params }) => kernel.yardstick?.includes(params));
  const largest = [...groupBy(judged, ({ kernel }) => kernel).values()].flatMap((cases) =>
    [...cases].sort((a, b) => bytesOf(b) - bytesOf(a)).slice(0, 1),
  );
  return (index) => {
    const { kernel, params } = planned[index] as PlannedCase;
    if (isCeiling(index)) return CEILING;
    if (largest.some((one) => one.kernel === kernel && sameParams(one.params, params))) return LARGEST;
    return kernel.yardstick?.includes(params) ? YARDSTICK : REST;
  };
}
