/**
 * The terminal's tunings: one JSON file, for every adapter and engine that this home directory has seen, browsers
 * driven from here among them. What is in it: harness/tuning/store.ts.
 */

import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import {
  machineTunings,
  sha256,
  standing,
  TUNINGS_VERSION,
  type Tuned,
  withTuned,
} from '../../../harness/tuning/store.ts';
import { machineDigest } from '../../../harness/tuning/winners.ts';
import type { AdapterInfo, HostInfo } from '../../../results/schema.ts';
import type { Kernel } from '../../../shaders/kernel.ts';
import { KERNELS } from '../../../shaders/registry.ts';

const fileSchema = z.strictObject({
  version: z.literal(TUNINGS_VERSION),
  machines: z.record(sha256, machineTunings),
});

type TuningsFile = z.infer<typeof fileSchema>;

const EMPTY: TuningsFile = { version: TUNINGS_VERSION, machines: {} };

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
  return standing(readFile(options).machines[machineDigest(adapter, host)], kernels);
}

/** Returns the winners of a machine, for runs and tuning. */
export const winnersOf = (adapter: AdapterInfo, host: HostInfo): readonly Tuned[] =>
  readTunings(KERNELS.measured, adapter, host);

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
  const at = new Date().toISOString();
  file.machines[key] = withTuned(file.machines[key], { kernels, adapter, host, tuned, at });
  mkdirSync(dirname(path), { recursive: true });
  // Whole or not at all, whoever else reads it meanwhile.
  const unfinished = `${path}.${process.pid}`;
  writeFileSync(unfinished, `${JSON.stringify(file, null, 1)}\n`);
  renameSync(unfinished, path);
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
  warn(`the tunings in ${path} are not what this hbmark writes (${where}: ${issue?.message}): starting anew`);
  return structuredClone(EMPTY);
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
