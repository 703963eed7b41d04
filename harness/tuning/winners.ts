/**
 * Winners are the tunings that are used for problems on a machine. Sizes differ from model to model, so a winner is
 * used for its whole family: the same kernel, variant and formats. Of several winners, the one with the nearest sizes
 * is used.
 */

import { digest } from '../../results/digest.ts';
import { identityOf } from '../../results/machine/identity.ts';
import type { AdapterInfo, HostInfo } from '../../results/schema.ts';
import type { Kernel, Params, Tuning } from '../../shaders/kernel.ts';
import { sameFamily, sameTuning } from '../../shaders/problem.ts';
import type { TuningsOf } from '../sampling/plan.ts';

/** The tuning that won at one problem. */
export interface Winner {
  readonly kernel: string;
  readonly variant: string;
  readonly params: Params;
  readonly tuning: Tuning;
}

/** Returns the tuning to use for a problem: the best that is known, else the kernel's defaults. */
export type TuningOf = (kernel: Kernel, variant: string, params: Params) => Tuning;

/**
 * Returns a lookup of the best tuning known: of the family's winners that the kernel accepts, the one whose sizes are
 * nearest by their ratios.
 */
export function tuningFrom(winners: readonly Winner[]): TuningOf {
  return (kernel, variant, params) => {
    const standing = winners.filter(
      (w) =>
        w.kernel === kernel.id &&
        w.variant === variant &&
        sameFamily(w.params, params) &&
        isTuningOf(kernel, w.tuning) &&
        kernel.refuses(params, w.tuning) === undefined,
    );
    const [nearest] = standing.sort((a, b) => octavesApart(a.params, params) - octavesApart(b.params, params));
    return nearest?.tuning ?? kernel.defaults;
  };
}

/** Returns a lookup of the tunings to measure: the best known and, if `compare` is set, the defaults beside it. */
export function tuningsFrom(winners: readonly Winner[], { compare = false } = {}): TuningsOf {
  const tuningOf = tuningFrom(winners);
  return (kernel, variant, params) => {
    const best = tuningOf(kernel, variant, params);
    return compare && !sameTuning(best, kernel.defaults) ? [best, kernel.defaults] : [best];
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
