/**
 * What is kept of tuning, wherever it is kept: the terminal writes a file of these, the page a database. A winner
 * stands while adapter, engine and kernel are those that it won on: machines are told apart by `machineDigest`, kernels
 * by `kernelDigest`, and whatever has changed is tuned anew. Schema and pure functions; reading and writing are the
 * host's.
 */

import { z } from 'zod';
import type { AdapterInfo, HostInfo } from '../../results/schema.ts';
import type { Kernel } from '../../shaders/kernel.ts';
import { kernelDigest } from '../device/kernel-digest.ts';
import type { Winner } from './winners.ts';

/** Moves with every change of the schema: a cache that is not of this version is begun anew. */
export const TUNINGS_VERSION = 2;

export const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.number().int().nonnegative();
const tuning = z.record(z.string(), z.number());

/**
 * A candidate that cannot be chosen: its outputs are wrong, it does not compile or run here, or compiling it or
 * dispatching it once takes too long.
 */
const unfit = z.strictObject({ tuning, kind: z.enum(['wrong', 'failed', 'slow']), reason: z.string() });

/** Both in one round of the last race, in ms per dispatch. */
const pairedTimes = z.strictObject({
  round: count,
  defaultMs: z.number().positive(),
  candidateMs: z.number().positive(),
});

const evidence = z.strictObject({
  /** Candidates that were compiled, the defaults among them. */
  tried: count,
  /** Candidates that the kernel accepts here. */
  possible: count,
  unfit: z.array(unfit),
  /** The fastest found, if it was not the defaults: chosen, or not shown to be faster. */
  candidate: tuning.nullable(),
  /** Time of the defaults over the candidate's: above 1, the candidate is faster. */
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

/** What is kept of one machine. */
export const machineTunings = z.strictObject({
  /** For a person who opens the store: what the machine's digest was made of. */
  adapter: z.string(),
  host: z.string(),
  winners: z.array(
    tuned.extend({
      /** Of the kernel's code: a winner of other code is ignored. */
      kernelDigest: sha256,
      at: z.iso.datetime(),
    }),
  ),
});

export type Unfit = z.infer<typeof unfit>;
export type PairedTimes = z.infer<typeof pairedTimes>;
/** What tuning a problem came to. `tuning` is the defaults where nothing was shown to be faster. */
export type Tuned = z.infer<typeof tuned>;
export type MachineTunings = z.infer<typeof machineTunings>;

/** The winners whose kernels are as they were. */
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
  /** Now, ISO 8601 in UTC. */
  readonly at: string;
}

/** With new winners, in place of older ones of the same problem, and of other code of the same kernels. */
export function withTuned(kept: MachineTunings | undefined, addition: Addition): MachineTunings {
  const { kernels, adapter, host, at } = addition;
  const digests = digestsOf(kernels);
  const added = addition.tuned.map((t) => ({ ...t, at, kernelDigest: digests.get(t.kernel) }));
  const replaced = new Set(added.map(problemOf));
  const current = (kept?.winners ?? []).filter(
    (w) => (!digests.has(w.kernel) || w.kernelDigest === digests.get(w.kernel)) && !replaced.has(problemOf(w)),
  );
  return machineTunings.parse({
    adapter: [adapter.vendor, adapter.architecture, adapter.device, adapter.description].filter(Boolean).join(' · '),
    host: `${host.brand} ${host.majorVersion ?? ''} on ${host.platform}`,
    winners: [...current, ...added],
  });
}

const digestsOf = (kernels: readonly Kernel[]) => new Map(kernels.map((kernel) => [kernel.id, kernelDigest(kernel)]));

function problemOf({ kernel, variant, params }: Pick<Winner, 'kernel' | 'variant' | 'params'>): string {
  return JSON.stringify([kernel, variant, Object.entries(params).sort()]);
}
