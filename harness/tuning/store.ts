/**
 * The store of tunings, which the terminal keeps in a file and the page in a database. A winner is used while adapter,
 * engine and kernel are those that it won on: `machineDigest` identifies the first two, `kernelDigest` the kernel.
 * Whatever has changed is tuned anew. This file has the schema and pure functions; the hosts read and write.
 */

import { z } from 'zod';
import { adapterLine } from '../../results/machine/identity.ts';
import type { AdapterInfo, HostInfo } from '../../results/record/schema.ts';
import type { Kernel } from '../../shaders/kernel.ts';
import { kernelDigest } from '../device/kernel-digest.ts';
import type { Winner } from './winners.ts';

/** The version of the schema, raised with every change. A store of another version is not read. */
export const TUNINGS_VERSION = 2;

export const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.number().int().nonnegative();
const tuning = z.record(z.string(), z.number());

/**
 * A candidate that cannot be chosen: it is wrong, it does not compile or run, or compiling or one dispatch is too slow.
 */
const unfit = z.strictObject({ tuning, kind: z.enum(['wrong', 'failed', 'slow']), reason: z.string() });

/** The times of one of the last rounds, in ms per dispatch. */
const pairedTimes = z.strictObject({
  round: count,
  defaultMs: z.number().positive(),
  candidateMs: z.number().positive(),
});

const evidence = z.strictObject({
  /** The number of candidates that were compiled, the defaults among them. */
  tried: count,
  /** The number of candidates that the kernel accepts. */
  possible: count,
  unfit: z.array(unfit),
  /** The fastest tuning found, chosen or not; null if the defaults were the fastest. */
  candidate: tuning.nullable(),
  /** The time of the defaults over that of the candidate: above 1 the candidate is faster. */
  speedup: z
    .strictObject({ value: z.number(), ci95: z.tuple([z.number(), z.number()]).readonly().nullable() })
    .nullable(),
  samples: z.array(pairedTimes),
});

export const winnerSchema = z.strictObject({
  kernel: z.string(),
  variant: z.string(),
  params: z.record(z.string(), z.union([z.number(), z.string()])),
  tuning,
});

const tuned = winnerSchema.extend({ evidence });

/** The stored tunings of one machine. */
export const machineTunings = z.strictObject({
  /** The adapter's name, for a person who opens the store. */
  adapter: z.string(),
  host: z.string(),
  winners: z.array(
    tuned.extend({
      /** The digest of the kernel's code. A winner of other code is ignored. */
      kernelDigest: sha256,
      at: z.iso.datetime(),
    }),
  ),
});

export type Unfit = z.infer<typeof unfit>;
export type PairedTimes = z.infer<typeof pairedTimes>;
/** The outcome of tuning a problem. `tuning` is the defaults if nothing was shown to be faster. */
export type Tuned = z.infer<typeof tuned>;
export type MachineTunings = z.infer<typeof machineTunings>;

/** Returns the winners whose kernels have not changed. */
export function standing(kept: MachineTunings | undefined, kernels: readonly Kernel[]): Tuned[] {
  const digests = digestsOf(kernels);
  return (kept?.winners ?? [])
    .filter((w) => w.kernelDigest === digests.get(w.kernel))
    .map(({ kernelDigest: _, at: __, ...won }) => won);
}

export interface Addition {
  readonly kernels: readonly Kernel[];
  readonly adapter: AdapterInfo;
  readonly host: HostInfo;
  readonly tuned: readonly Tuned[];
  /** The time now, as ISO 8601 in UTC. */
  readonly at: string;
}

/**
 * Adds new winners. They replace older winners of the same problem, and winners of an older version of the same kernel.
 */
export function withTuned(kept: MachineTunings | undefined, addition: Addition): MachineTunings {
  const { kernels, adapter, host, at } = addition;
  const digests = digestsOf(kernels);
  const added = addition.tuned.map((t) => ({ ...t, at, kernelDigest: digests.get(t.kernel) }));
  const replaced = new Set(added.map(problemOf));
  const current = (kept?.winners ?? []).filter(
    (w) => (!digests.has(w.kernel) || w.kernelDigest === digests.get(w.kernel)) && !replaced.has(problemOf(w)),
  );
  return machineTunings.parse({
    adapter: adapterLine(adapter),
    host: `${host.brand} ${host.majorVersion ?? ''} on ${host.platform}`,
    winners: [...current, ...added],
  });
}

const digestsOf = (kernels: readonly Kernel[]) => new Map(kernels.map((kernel) => [kernel.id, kernelDigest(kernel)]));

function problemOf({ kernel, variant, params }: Pick<Winner, 'kernel' | 'variant' | 'params'>): string {
  return JSON.stringify([kernel, variant, Object.entries(params).sort()]);
}
