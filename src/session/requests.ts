/**
 * Turns the parameters of a run or of tuning into a request: data, which the page can send to its worker and keep. It
 * knows no kernels, so that a page does not load them before its worker does. Page and terminal share it.
 */

import type { Profile } from '../../harness/profiles.ts';
import type { Challenge, Reported } from '../../results/record/schema.ts';
import type { Model } from '../model/models/model.ts';
import type { DecodeRequest } from '../model/request/request.ts';
import { bytesOf, type RunParams, sweepOf } from './params.ts';

/** The part that requests for a run and for tuning share. */
export interface SessionRequest {
  readonly seed: number;
  /** The maximum that may be used. Null: what profile and machine suggest. */
  readonly memoryBytes: number | null;
  /** Ids of kernels. Empty: all kernels. */
  readonly kernels: readonly string[];
}

/** A run, as data. */
export interface RunRequest extends SessionRequest {
  readonly profile: Profile['id'];
  /** Shows that a collector gave the seed. Null: nobody did, or a run that is resumed has its own. */
  readonly challenge: Challenge | null;
  /** What the owner of the machine says of it. */
  readonly reported: Reported;
  /** Whether to measure the defaults beside the winners, and the ceiling and scalar baselines beside the kernels. */
  readonly compare: boolean;
  /** The maximum time of the run. Null: the profile's end. */
  readonly budgetMs: number | null;
  /** The decode steps to time after the kernels. Null: none. */
  readonly decode: DecodeRequest | null;
}

/** Tuning, as data. */
export interface TuneRequest extends SessionRequest {
  readonly budgetMs: number;
}

/**
 * The time of tuning by default. It is enough for every kernel and format on a GPU; on a slower adapter, what was not
 * reached comes first next time.
 */
export const DEFAULT_TUNE_SECONDS = 120;

/** Returns the request for a run of `params` that also times the decode steps of `models`. */
export function runRequest(params: RunParams, seed: number, models: readonly Model[]): RunRequest {
  const { profile, challenge, compare, budgetSeconds, explain } = params;
  const gpu = params.gpu.trim();
  return {
    ...sessionRequest(params, seed),
    profile,
    challenge,
    compare,
    reported: gpu === '' ? {} : { gpu },
    budgetMs: budgetSeconds === null ? null : budgetSeconds * 1000,
    decode: models.length === 0 ? null : { models, sweep: sweepOf(params), ...(explain && { explain }) },
  };
}

/** Returns the request for tuning the kernels of `params`. */
export function tuneRequest(params: RunParams, seed: number): TuneRequest {
  return { ...sessionRequest(params, seed), budgetMs: (params.tuneSeconds ?? DEFAULT_TUNE_SECONDS) * 1000 };
}

function sessionRequest({ memoryGB, kernels }: RunParams, seed: number): SessionRequest {
  return { seed, memoryBytes: bytesOf(memoryGB), kernels };
}
