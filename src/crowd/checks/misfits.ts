/** Whether so many visits misfit that chance, and a machine in trouble, are no reason. */

import type { Fit, Visited } from './replay.ts';

/** So many misfits of one case, and this share of its visits. */
const OF_CASE = { misfits: 4, share: 0.4 } as const;

/** So many misfits of all cases together, and this share of all visits. */
const OF_ALL = { misfits: 8, share: 0.25 } as const;

/** The same, and alone, where the engine of that time is known less exactly: up to 0.53 of honest visits misfit. */
const OF_OLD = { misfits: 12, share: 0.6 } as const;

interface Most {
  readonly misfits: number;
  readonly share: number;
}

const tooMany = ({ visits, misfits }: Fit, most: Most): boolean =>
  misfits >= most.misfits && misfits > most.share * visits;

/** The case whose visits misfit, or all cases together; undefined where few do. */
export function misfitting(
  visited: readonly Visited[],
  fitOf: (one: Visited) => Fit,
  isOld = false,
): (Fit & { readonly of: string }) | undefined {
  const fits = visited.map((one) => ({ of: one.m.case.kernel, ...fitOf(one) }));
  const worst = isOld ? undefined : fits.find((fit) => tooMany(fit, OF_CASE));
  if (worst) return { ...worst, misfits: Math.min(worst.misfits, worst.visits) };
  const all = fits.reduce(
    (sum, { visits, misfits }) => ({ visits: sum.visits + visits, misfits: sum.misfits + misfits }),
    { visits: 0, misfits: 0 },
  );
  return tooMany(all, isOld ? OF_OLD : OF_ALL) ? { ...all, of: 'all cases' } : undefined;
}
