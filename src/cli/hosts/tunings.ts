/**
 * The terminal's file of tunings: JSON, with the winners of every adapter and engine that this user has tuned on,
 * browsers that `--host` names included. Its format is in harness/tuning/store.ts.
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
import { shown } from '../../../results/shown.ts';
import type { Kernel } from '../../../shaders/kernel.ts';
import { KERNELS } from '../../../shaders/registry.ts';

const fileSchema = z.strictObject({
  version: z.literal(TUNINGS_VERSION),
  machines: z.record(sha256, machineTunings),
});

type TuningsFile = z.infer<typeof fileSchema>;

const EMPTY: TuningsFile = { version: TUNINGS_VERSION, machines: {} };

export interface TuningStoreOptions {
  /** The file. Default: what `tuningsPath` returns. */
  readonly path?: string;
  /** Takes one line that says what is wrong with a file that cannot be used. Default: prints it on stderr. */
  readonly warn?: (line: string) => void;
}

/** Returns the file of `HBMARK_CACHE`, else `hbmark/tunings.json` in the cache directory of the XDG specification. */
export function tuningsPath(env: NodeJS.ProcessEnv = process.env): string {
  return env.HBMARK_CACHE || join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'hbmark', 'tunings.json');
}

/**
 * Returns the winners of a machine, of kernels whose code has not changed since. A missing or unusable file has none.
 */
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
 * Adds winners to the file, in place of older ones of the same problem. Entries of other machines stay.
 *
 * @throws Error, with the file's name, if it cannot be written
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
  // Renaming replaces the file at once, so that another process never reads half of it.
  const unfinished = `${path}.${process.pid}`;
  writeFileSync(unfinished, `${JSON.stringify(file, null, 1)}\n`);
  renameSync(unfinished, path);
}

function readFile({
  path = tuningsPath(),
  warn = (line) => console.error(shown(`hbmark: ${line}`)),
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
