/**
 * Winners are the tunings that are used for problems on a machine. Sizes differ from model to model, so a winner is
 * used for its whole family: the same kernel, variant and formats. Of several winners, the one with the nearest sizes
 * is used.
 */

import { identityOf } from '../../results/machine/identity.ts';
import { digest } from '../../results/record/digest.ts';
import type { AdapterInfo, HostInfo, Plan } from '../../results/record/schema.ts';
import { defaultTuning, type Kernel, type Params, type Tuning } from '../../shaders/kernel.ts';
import { sameFamily, sameParams, sameTuning } from '../../shaders/problem.ts';
import type { TuningOf } from '../sampling/plan.ts';

/** The tuning that won at one problem. */
export interface Winner {
  readonly kernel: string;
  readonly variant: string;
  readonly params: Params;
  readonly tuning: Tuning;
}

/**
 * Returns a lookup of the best tuning known: of the family's winners that the kernel accepts, the one whose sizes are
 * nearest by their ratios.
 */
export function tuningFrom(winners: readonly Winner[]): TuningOf {
  return (kernel, variant, params) => {
    const tunedAs = kernel.tunedAs?.(params) ?? params;
    const standing = winners.filter(
      (w) =>
        w.kernel === kernel.id &&
        w.variant === variant &&
        sameFamily(w.params, tunedAs) &&
        isTuningOf(kernel, w.tuning) &&
        kernel.refuses(params, w.tuning) === undefined,
    );
    const [nearest] = standing.sort((a, b) => octavesApart(a.params, tunedAs) - octavesApart(b.params, tunedAs));
    return nearest?.tuning ?? defaultTuning(kernel, variant, params);
  };
}

/** Returns the winners of the races that a plan was made by. A plan has the winner of a problem before all others. */
export function raceWinners({ layouts, cases }: Pick<Plan, 'layouts' | 'cases'>): Winner[] {
  return layouts.flatMap(({ kernel, variant, params }) => {
    const planned = cases.find((c) => c.kernel === kernel && c.variant === variant && sameParams(c.params, params));
    return planned ? [{ kernel, variant, params, tuning: planned.tuning }] : [];
  });
}

/** The variant that every kernel has. */
export const PORTABLE = 'portable';

/**
 * Returns `tuningOf` with the winners of races among the layouts of yardsticks: each is used for all problems of its
 * yardstick for which `tuningOf` has what it was raced against. A variant that was not raced has the portable winner.
 */
export function withRaceWinners(tuningOf: TuningOf, winners: readonly Winner[]): TuningOf {
  return (kernel, variant, params) => {
    const tuning = tuningOf(kernel, variant, params);
    if (!kernel.yardstick?.includes(params)) return tuning;
    const ofKernel = winners.filter((w) => w.kernel === kernel.id);
    const won = ofKernel.find((w) => w.variant === variant) ?? ofKernel.find((w) => w.variant === PORTABLE);
    return won &&
      sameTuning(tuning, tuningOf(kernel, won.variant, won.params)) &&
      kernel.refuses(params, won.tuning) === undefined
      ? won.tuning
      : tuning;
  };
}

/** Returns how many doublings lie between two problems of one family, summed over their sizes. */
function octavesApart(a: Params, b: Params): number {
  // One is added, since sizes may be zero.
  const octaves = (value: Params[string] | undefined) => Math.log2(1 + Math.abs(Number(value)));
  return Object.keys(a)
    .filter((name) => typeof a[name] === 'number')
    .reduce((total, name) => total + Math.abs(octaves(a[name]) - octaves(b[name])), 0);
}

/**
 * Whether `tuning` has a value that the kernel offers for each tunable. A stored tuning may be older than the kernel.
 */
function isTuningOf({ tunable }: Kernel, tuning: Tuning): boolean {
  const names = Object.keys(tunable);
  return (
    names.length === Object.keys(tuning).length &&
    names.every((name) => (tunable[name] as readonly number[]).includes(tuning[name] ?? Number.NaN))
  );
}

/**
 * Returns the digest of what decides, besides the kernel, how fast a tuning is: the adapter, and the engine that
 * compiles. Adapters that `isAnonymous` share it if their features and limits are the same.
 */
export function machineDigest(adapter: AdapterInfo, { kind, brand, majorVersion, platform }: HostInfo): string {
  return digest({ ...identityOf(adapter), kind, brand, majorVersion, platform });
}
