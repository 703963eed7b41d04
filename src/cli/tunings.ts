/**
 * The tunings that won on this machine, kept in one JSON file with their evidence. A winner is used while adapter,
 * engine and kernel are those that it won on; machines that share a home directory keep theirs beside each other.
 */

import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { Tuned } from '../../harness/tune.ts';
import { kernelDigest, machineDigest } from '../../harness/tunings.ts';
import type { AdapterInfo, HostInfo } from '../../results/schema.ts';
import type { Kernel, Params } from '../../shaders/kernel.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.number().int().nonnegative();
const tuning = z.record(z.string(), z.number());
const params = z.record(z.string(), z.union([z.number(), z.string()]));

const evidence = z.strictObject({
  tried: count,
  possible: count,
  unfit: z.array(z.strictObject({ tuning, kind: z.enum(['wrong', 'failed']), reason: z.string() })),
  candidate: tuning.nullable(),
  speedup: z.strictObject({ value: z.number(), ci95: z.tuple([z.number(), z.number()]).nullable() }).nullable(),
  samples: z.array(
    z.strictObject({ round: count, defaultMs: z.number().positive(), candidateMs: z.number().positive() }),
  ),
});

const winner = z.strictObject({
  kernel: z.string(),
  variant: z.string(),
  params,
  tuning,
  evidence,
  /** Of the kernel's code: a winner of other code is ignored. */
  kernelDigest: sha256,
});

const machine = z.strictObject({
  /** For a person who opens the file: what the key was made of. */
  adapter: z.string(),
  host: z.string(),
  winners: z.array(winner),
});

const fileSchema = z.strictObject({ version: z.literal(1), machines: z.record(sha256, machine) });

type TuningsFile = z.infer<typeof fileSchema>;

const EMPTY: TuningsFile = { version: 1, machines: {} };

export interface TuningStoreOptions {
  /** Default: where the environment says. */
  readonly path?: string;
  /** Told, in one line, what is wrong with a file that cannot be used. */
  readonly warn?: (line: string) => void;
}

/** `HBMARK_CACHE`, a file; else `tunings.json` in the cache directory of the XDG specification. */
export function tuningsPath(env: NodeJS.ProcessEnv = process.env): string {
  return env.HBMARK_CACHE || join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'hbmark', 'tunings.json');
}

/** The winners of this machine whose kernels are as they were; none where the file is missing or unusable. */
export function readTunings(
  kernels: readonly Kernel[],
  adapter: AdapterInfo,
  host: HostInfo,
  options: TuningStoreOptions = {},
): readonly Tuned[] {
  const winners = readFile(options).machines[machineDigest(adapter, host)]?.winners ?? [];
  const digests = new Map(kernels.map((kernel) => [kernel.id, kernelDigest(kernel)]));
  return winners.filter((w) => w.kernelDigest === digests.get(w.kernel)).map(({ kernelDigest: _, ...tuned }) => tuned);
}

/**
 * Adds winners, in place of older ones of the same problem. Entries of other machines stay as they are.
 *
 * @throws Error naming the file, where it cannot be written.
 */
export function keepTunings(
  kernels: readonly Kernel[],
  adapter: AdapterInfo,
  host: HostInfo,
  tuned: readonly Tuned[],
  options: TuningStoreOptions = {},
): void {
  const { path = tuningsPath() } = options;
  const file = readFile(options);
  const key = machineDigest(adapter, host);
  const digests = new Map(kernels.map((kernel) => [kernel.id, kernelDigest(kernel)]));
  const added = tuned.map((t) => winner.parse({ ...t, kernelDigest: digests.get(t.kernel) }));
  // Winners of other code of the same kernel are of no more use.
  const current = (file.machines[key]?.winners ?? []).filter(
    (w) => !digests.has(w.kernel) || w.kernelDigest === digests.get(w.kernel),
  );
  const replaced = new Set(added.map(problemOf));
  file.machines[key] = {
    adapter: [adapter.vendor, adapter.architecture, adapter.device, adapter.description].filter(Boolean).join(' · '),
    host: `${host.brand} ${host.majorVersion ?? ''} on ${host.platform}`,
    winners: [...current.filter((w) => !replaced.has(problemOf(w))), ...added],
  };
  mkdirSync(dirname(path), { recursive: true });
  // Whole or not at all, whoever else reads it meanwhile.
  const unfinished = `${path}.${process.pid}`;
  writeFileSync(unfinished, `${JSON.stringify(file, null, 1)}\n`);
  renameSync(unfinished, path);
}

function problemOf({ kernel, variant, params }: { kernel: string; variant: string; params: Params }): string {
  return JSON.stringify([kernel, variant, Object.entries(params).sort()]);
}

function readFile({
  path = tuningsPath(),
  warn = (line) => console.error(`hbmark: ${line}`),
}: TuningStoreOptions): TuningsFile {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      warn(`the tunings in ${path} cannot be read (${(error as Error).message}): defaults are used`);
    }
    return structuredClone(EMPTY);
  }
  const parsed = fileSchema.safeParse(jsonOrUndefined(text));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.join('.') || 'the file';
  warn(`the tunings in ${path} are not what hbmark wrote (${where}: ${issue?.message}): starting anew`);
  return structuredClone(EMPTY);
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
