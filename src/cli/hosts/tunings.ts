/**
 * The terminal's file of tunings: JSON, with the winners of every adapter and engine that this user has tuned on,
 * browsers that `--host` names included. Its format is in harness/tuning/store.ts.
 */

import { mkdirSync, readFileSync, renameSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { messageOf } from '../../../harness/errors.ts';
import {
  machineTunings,
  sha256,
  standing,
  TUNINGS_VERSION,
  type Tuned,
  withTuned,
} from '../../../harness/tuning/store.ts';
import { machineDigest } from '../../../harness/tuning/winners.ts';
import type { AdapterInfo, HostInfo } from '../../../results/record/schema.ts';
import { textOf } from '../../../results/text/encodings.ts';
import { shown } from '../../../results/text/shown.ts';
import type { Kernel } from '../../../shaders/kernel.ts';
import { KERNELS } from '../../../shaders/registry.ts';
import { writeElsewhere, writeWhole } from '../files/write-file.ts';

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

/** What became of winners that were to be kept. */
export interface KeptTunings {
  /** The file that they are in. Null: none could be written. */
  readonly store: string | null;
  /** Why it is not the file that they belong into. Undefined: it is. */
  readonly unwritten: string | undefined;
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
 * Adds winners to the file, in place of older ones of the same problem. Entries of other machines stay. Where the file
 * cannot be written, one in a folder for temporary files takes its place for the rest of this process and its children.
 */
export function keepTunings(
  kernels: readonly Kernel[],
  adapter: AdapterInfo,
  host: HostInfo,
  tuned: readonly Tuned[],
  options: TuningStoreOptions = {},
): KeptTunings {
  const { path = tuningsPath() } = options;
  const file = readFile({ ...options, path });
  const key = machineDigest(adapter, host);
  const at = new Date().toISOString();
  file.machines[key] = withTuned(file.machines[key], { kernels, adapter, host, tuned, at });
  const text = `${JSON.stringify(file, null, 1)}\n`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    setAsideUnusable(path);
    writeWhole(path, text);
    return { store: path, unwritten: undefined };
  } catch (error) {
    const store = writeElsewhere(path, text) ?? null;
    // What reads or adds tunings from now on finds these, in another process too.
    if (store !== null) process.env.HBMARK_CACHE = store;
    const place =
      store === null
        ? 'they could not be kept elsewhere, either'
        : `they are in ${store}, which later runs use with HBMARK_CACHE=${store}`;
    const unwritten = `the tunings are not in ${path}, which cannot be written (${messageOf(error)}); ${place}`;
    return { store, unwritten };
  }
}

/** Moves a file that this version cannot use out of the way: another version may. @throws Error if it cannot be moved */
function setAsideUnusable(path: string): void {
  const text = textIn(path);
  if (text === undefined || fileSchema.safeParse(jsonOrUndefined(text)).success) return;
  renameSync(path, `${path}.unusable`);
}

/** Returns the text of a file, or undefined if there is no such file. @throws Error if it cannot be read */
function textIn(path: string): string | undefined {
  try {
    return textOf(readFileSync(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function readFile({
  path = tuningsPath(),
  warn = (line) => console.error(shown(`hbmark: ${line}`)),
}: TuningStoreOptions): TuningsFile {
  let text: string | undefined;
  try {
    text = textIn(path);
  } catch (error) {
    warn(`the tunings in ${path} cannot be read (${messageOf(error)}): defaults are used`);
  }
  if (text === undefined) return structuredClone(EMPTY);
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
