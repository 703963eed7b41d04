/**
 * Turns a request (`requests.ts`) into the engine's options, which hold functions, and are made where the engine runs.
 * Page and terminal share it.
 */

import { kernelsDigest } from '../../harness/device/kernel-digest.ts';
import { HarnessError } from '../../harness/errors.ts';
import type { Host } from '../../harness/host.ts';
import type { MemoryBudget, MemoryNeeds } from '../../harness/memory-needs.ts';
import { PROFILES, type Profile } from '../../harness/profiles.ts';
import { runNeeds } from '../../harness/rig/needs.ts';
import type { RunOptions } from '../../harness/run/run.ts';
import type { TuneSessionOptions } from '../../harness/tuning/session.ts';
import { tuningFrom, type Winner } from '../../harness/tuning/winners.ts';
import type { AdapterInfo, HostInfo, RecordBody } from '../../results/record/schema.ts';
import type { Kernel, KernelSet } from '../../shaders/kernel.ts';
import { EMPTY, KERNEL_FOLDERS, KERNELS, kernelsNamed, withBaselines } from '../../shaders/registry.ts';
import type { Room } from '../../shaders/step.ts';
import { claimTasks } from '../model/claims/index.ts';
import type { DecodeRequest } from '../model/request/request.ts';
import { type DecodeTask, decodeTasks } from '../model/request/tasks.ts';
import type { RunRequest, SessionRequest, TuneRequest } from './requests.ts';

/** Looks up the winners that are known of a machine. */
export type WinnersOf = (adapter: AdapterInfo, host: HostInfo) => readonly Winner[] | Promise<readonly Winner[]>;

/** The part of the options that is not data: the page or the terminal adds it where the engine runs. */
export interface Hosting extends Pick<RunOptions, 'signal' | 'learnedLimit' | 'growthLog' | 'otherRun'> {
  /** Keeps an unfinished run; called between visits. */
  readonly keep?: RunOptions['keep'] | undefined;
  readonly winnersOf: WinnersOf;
  /** A run of the same request that ended early, to be resumed. */
  readonly resume?: RecordBody | undefined;
}

/** Returns the engine's options for a run. @throws HarnessError if the request names an unknown kernel */
export function runOptions(request: RunRequest, { winnersOf, keep, resume, ...hosting }: Hosting): RunOptions {
  const { seed, challenge, compare, reported, memoryBytes, budgetMs, decode } = request;
  const profile = PROFILES[request.profile];
  return {
    ...hosting,
    kernels: kernelSet(request),
    profile,
    seed,
    ...(challenge && { challenge }),
    harness: { version: __HBMARK_VERSION__, commit: __HBMARK_COMMIT__ },
    reported,
    ...(memoryBytes !== null && { memoryBytes }),
    ...(budgetMs !== null && { budgetMs }),
    ...(hasSteps(request) && {
      decode: {
        kernels: KERNEL_FOLDERS,
        tasks: (room) => stepTasks(decode, profile, room),
        ...(decode?.explain && { explain: EMPTY }),
      },
    }),
    tuningFor: async (adapter, host) => tuningFrom(await winnersOf(adapter, host)),
    compare,
    resume,
    ...(keep && { keep }),
  };
}

/** Returns the memory that a run of `request` is going to use. @throws HarnessError if it names an unknown kernel */
export const needsOf = (
  request: RunRequest,
  host: Pick<Host, 'info' | 'systemMemoryBytes'>,
  adapter: AdapterInfo,
  learned: MemoryBudget | undefined,
): MemoryNeeds =>
  runNeeds(host, adapter, {
    ...{ profile: PROFILES[request.profile], kernels: kernelSet(request).measured, hasSteps: hasSteps(request) },
    ...{ named: request.memoryBytes ?? undefined, learned },
  });

/** Returns the kernels that a run of `request` measures. @throws HarnessError if it names an unknown one */
export function kernelSet(request: Pick<RunRequest, 'kernels' | 'compare'>): KernelSet {
  const asked = kernelsOf(request);
  return request.compare ? withBaselines(asked) : { ...KERNELS, measured: asked };
}

/**
 * Returns the kernels that a run measured, as a request names them, by the code that its record has a hash of: those of
 * its plan, or all; with their baselines or without. Undefined: they are none of these, or their code has changed.
 *
 * @param named ids of the kernels, where a person names them. Empty: they are not named
 */
export function kernelsOfRun(
  { plan, harness }: RecordBody,
  named: readonly string[] = [],
): Pick<RunRequest, 'kernels' | 'compare'> | undefined {
  const known = new Set(KERNELS.measured.map(({ id }) => id));
  const planned = [...new Set(plan.cases.map(({ kernel }) => kernel))].filter((id) => known.has(id));
  const lists = named.length > 0 ? [named] : [[], planned];
  return lists
    .flatMap((kernels) => [false, true].map((compare) => ({ kernels, compare })))
    .find(({ kernels, compare }) => kernelsDigest(kernelSet({ kernels, compare })) === harness.kernels);
}

/** Whether a run of `request` times decode steps: those that were asked for, or those of claims. */
const hasSteps = ({ decode, profile }: RunRequest): boolean =>
  decode !== null || PROFILES[profile].experiments !== undefined;

/** Returns the engine's options for tuning. @throws HarnessError if the request names an unknown kernel */
export function tuneOptions(
  request: TuneRequest,
  { winnersOf, ...hosting }: Pick<Hosting, 'winnersOf' | 'signal' | 'learnedLimit' | 'growthLog'>,
): TuneSessionOptions {
  const { seed, memoryBytes, budgetMs } = request;
  return {
    ...hosting,
    kernels: { ...KERNELS, measured: kernelsOf(request) },
    profile: PROFILES.kernels,
    seed,
    ...(memoryBytes !== null && { memoryBytes }),
    budgetMs,
    known: winnersOf,
  };
}

/** Returns the kernels of a request. @throws HarnessError, with all ids, if it names an unknown one */
export function kernelsOf({ kernels }: Pick<SessionRequest, 'kernels'>): readonly Kernel[] {
  try {
    return kernelsNamed(kernels);
  } catch (error) {
    throw error instanceof RangeError ? new HarnessError('unusable-options', `Kernels ${error.message}.`) : error;
  }
}

/**
 * Returns the decode steps of a run: first those that a person asked for, since time may run out, then those of the
 * claims, if the profile has experiments.
 */
const stepTasks = (asked: DecodeRequest | null, { experiments }: Profile, room: Room): DecodeTask[] => [
  ...(asked ? decodeTasks(asked.models, asked.sweep, room) : []),
  ...(experiments ? claimTasks() : []),
];
