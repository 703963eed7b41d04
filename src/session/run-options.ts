/**
 * A run, or tuning, as the engine takes it: put together here from what was asked for, whoever asked (page or
 * terminal) and wherever it runs (a browser's worker or Node).
 */

import { HarnessError } from '../../harness/errors.ts';
import { PROFILES, type Profile, stepBudgetBytes } from '../../harness/profiles.ts';
import type { RunOptions } from '../../harness/run/run.ts';
import type { TuneSessionOptions } from '../../harness/tuning/session.ts';
import { tuningsFrom, type Winner } from '../../harness/tuning/winners.ts';
import type { AdapterInfo, HostInfo, RecordBody, Reported } from '../../results/schema.ts';
import type { Kernel } from '../../shaders/kernel.ts';
import { KERNEL_FOLDERS, KERNELS, kernelsNamed, withBaselines } from '../../shaders/registry.ts';
import type { Room } from '../../shaders/step.ts';
import { claimTasks } from '../model/claims/index.ts';
import type { Model } from '../model/models/model.ts';
import type { DecodeRequest } from '../model/request/request.ts';
import { type DecodeTask, decodeTasks } from '../model/request/tasks.ts';
import { bytesOf, type RunParams, sweepOf } from './params.ts';

/** What runs and tuning are told. It is data: it crosses to a worker, and is kept with a run that ended early. */
export interface SessionRequest {
  readonly seed: number;
  /** Null: what the profile asks for. */
  readonly memoryBytes: number | null;
  /** Ids. Empty: all. */
  readonly kernels: readonly string[];
}

export interface RunRequest extends SessionRequest {
  readonly profile: Profile['id'];
  readonly reported: Reported;
  /** Measures the defaults beside the winners, and the ceiling and scalar baselines beside the kernels. */
  readonly compare: boolean;
  /** Null: no limit. */
  readonly budgetMs: number | null;
  /** The decode steps to time after the kernels. Null: none. */
  readonly decode: DecodeRequest | null;
}

export interface TuneRequest extends SessionRequest {
  readonly budgetMs: number;
}

/** How long tuning takes where nobody says: on a GPU, enough for every kernel and format. What is left comes first next time. */
export const DEFAULT_TUNE_SECONDS = 120;

/** The request that parameters make, with `models` for its decode steps: none where it is empty. */
export function runRequest(params: RunParams, seed: number, models: readonly Model[]): RunRequest {
  const { profile, compare, budgetSeconds } = params;
  const gpu = params.gpu.trim();
  return {
    ...sessionRequest(params, seed),
    profile,
    compare,
    reported: gpu === '' ? {} : { gpu },
    budgetMs: budgetSeconds === null ? null : budgetSeconds * 1000,
    decode: models.length === 0 ? null : { models, sweep: sweepOf(params) },
  };
}

export function tuneRequest(params: RunParams, seed: number): TuneRequest {
  return { ...sessionRequest(params, seed), budgetMs: (params.tuneSeconds ?? DEFAULT_TUNE_SECONDS) * 1000 };
}

function sessionRequest({ memoryGB, kernels }: RunParams, seed: number): SessionRequest {
  return { seed, memoryBytes: bytesOf(memoryGB), kernels };
}

/** The winners that are known of a machine. */
export type WinnersOf = (adapter: AdapterInfo, host: HostInfo) => readonly Winner[] | Promise<readonly Winner[]>;

/** What whoever runs a request brings: its store of winners, its place to keep an unfinished run, its way to cancel. */
export interface Hosting extends Pick<RunOptions, 'signal'> {
  readonly keep?: RunOptions['keep'] | undefined;
  readonly winnersOf: WinnersOf;
  /** A run of the same request that ended early. */
  readonly resume?: RecordBody | undefined;
}

/** @throws HarnessError naming the kernels that there are, where the request names others */
export function runOptions(request: RunRequest, { winnersOf, keep, resume, signal }: Hosting): RunOptions {
  const { seed, compare, reported, memoryBytes, budgetMs, decode } = request;
  const asked = kernelsOf(request);
  const profile = PROFILES[request.profile];
  return {
    kernels: compare ? withBaselines(asked) : { ...KERNELS, measured: asked },
    profile,
    seed,
    harness: { version: __HBMARK_VERSION__, commit: __HBMARK_COMMIT__ },
    reported,
    ...(memoryBytes !== null && { memoryBytes }),
    ...(budgetMs !== null && { budgetMs }),
    decode: {
      kernels: KERNEL_FOLDERS,
      tasks: (room) => stepTasks(decode, profile, room),
      budgetBytes: stepBudgetBytes(profile, memoryBytes ?? undefined),
    },
    tuningsFor: async (adapter, host) => tuningsFrom(await winnersOf(adapter, host), { compare }),
    resume,
    ...(keep && { keep }),
    signal,
  };
}

/** @throws HarnessError naming the kernels that there are, where the request names others */
export function tuneOptions(
  request: TuneRequest,
  { winnersOf, signal }: Pick<Hosting, 'winnersOf' | 'signal'>,
): TuneSessionOptions {
  const { seed, memoryBytes, budgetMs } = request;
  return {
    kernels: { ...KERNELS, measured: kernelsOf(request) },
    profile: PROFILES.kernels,
    seed,
    ...(memoryBytes !== null && { memoryBytes }),
    budgetMs,
    known: winnersOf,
    signal,
  };
}

/** The kernels that a request names. @throws HarnessError naming those that there are */
export function kernelsOf({ kernels }: SessionRequest): readonly Kernel[] {
  try {
    return kernelsNamed(kernels);
  } catch (error) {
    throw error instanceof RangeError ? new HarnessError('unusable-options', `Kernels ${error.message}.`) : error;
  }
}

/**
 * The decode steps of a run: those that somebody asked for come first, since time may be short, then those of the
 * claims, where the profile has room for experiments.
 */
const stepTasks = (asked: DecodeRequest | null, { experiments }: Profile, room: Room): DecodeTask[] => [
  ...(asked ? decodeTasks(asked.models, asked.sweep, room) : []),
  ...(experiments ? claimTasks() : []),
];
