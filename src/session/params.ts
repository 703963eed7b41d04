/**
 * The parameters of a run: for each its default, its rule, and how it is read from text and written to it. The page has
 * them in its address, `?profile=full&model=llama-3.2-1b&autorun=1`; the terminal has most of them as flags. The page
 * reports a parameter that it does not know, or whose value breaks its rule, in one line each, and starts nothing by
 * itself until the address is corrected.
 *
 *     profile   quick | full | kernels                  default quick
 *     seed      0 … 4294967295                          default: drawn anew for every run
 *     challenge EXPIRES/MAC: shows that a collector     default: none did
 *               gave the seed (challenge.ts)
 *     memory    maximum GB that the run may use         default: what the profile asks for, or less
 *     gpu       the GPU's name, as its owner knows it   default: none
 *     model     a preset whose decode is estimated      default llama-3.2-1b
 *     decode    a preset whose decode steps are timed   default: none
 *     weights   formats of its matrices, f16,int4-g32   default: the profile's
 *     kv        formats of its KV cache, f16,int8       default: the profile's
 *     context   positions, 128,4096 or 128,max          default: the profile's, or 1024 if batch is given
 *     shortest  minimum positions of a sequence, where  default: all sequences are equally long
 *               lengths are mixed
 *     batch     sequences, 1,8 or 1,...,max             default: the profile's, or 1 if context is given
 *     explain   1: show where the time of the steps     default 0
 *               goes
 *     tune      seconds to tune for before a run        default: no tuning
 *     kernels   ids, gemv,stream-read                   default: all
 *     compare   defaults: measure them beside winners,  default: winners only
 *               and scalar baselines beside kernels
 *     budget    maximum seconds that a run may take     default: the end of the profile
 *     autorun   1 | 0 | tune: run, or only tune, as     default 0
 *               soon as the page is up; only where a
 *               program drives the page (src/app/pages/bench/driver.ts)
 */

import { PROFILES, type Profile } from '../../harness/profiles.ts';
import type { Challenge } from '../../results/record/schema.ts';
import { UNPRINTABLE } from '../../results/record/whole.ts';
import { hash } from '../../shaders/random.ts';
import { DEFAULT_MODEL, MODELS } from '../model/models/index.ts';
import {
  brokenShortest,
  type DecodeSweep,
  formatsFrom,
  formatsRule,
  KV_FORMATS,
  SIZES_RULE,
  type Size,
  SWEEP_RANGES,
  sizesFrom,
  sweepFor,
  WEIGHT_FORMATS,
} from '../model/request/sweep.ts';
import {
  choiceParam,
  type NumberRange,
  numberParam,
  type Param,
  type QueryTable,
  rangeText,
  readQuery,
  writeQuery,
} from './param.ts';

/** The parameters of a run. Null stands for a default that depends on something else, such as the profile. */
export interface RunParams {
  readonly profile: Profile['id'];
  /** Null: drawn anew for every run. */
  readonly seed: number | null;
  /** Shows that a collector gave the seed. Null: nobody did. */
  readonly challenge: Challenge | null;
  /** The maximum that a run may use. Null: what the profile asks for, or less on some machines. */
  readonly memoryGB: number | null;
  /** The GPU's name, as its owner knows it. Empty: not given. */
  readonly gpu: string;
  /** The preset whose decode is estimated from its weights alone. */
  readonly model: string;
  /** The preset whose decode steps are timed. Empty: none, unless models are given otherwise. */
  readonly decode: string;
  /** Formats of the matrices. Null: the profile's. */
  readonly weights: readonly string[] | null;
  /** Formats of the KV cache. Null: the profile's. */
  readonly kv: readonly string[] | null;
  /** Positions of each sequence. Null: the profile's, or 1024 if batches are given. */
  readonly contexts: readonly Size[] | null;
  /** The minimum positions of a sequence, where lengths are mixed. Null: all sequences have one length. */
  readonly shortest: number | null;
  /** Sequences of a step. Null: the profile's, or 1 if contexts are given. */
  readonly batches: readonly Size[] | null;
  /** Whether steps are explained: where their time goes. */
  readonly explain: boolean;
  /** Seconds to tune for before a run. Null: no tuning. */
  readonly tuneSeconds: number | null;
  /** Ids of kernels. Empty: all kernels. */
  readonly kernels: readonly string[];
  /** Whether to measure the defaults beside the winners, and scalar baselines beside the kernels. */
  readonly compare: boolean;
  /** The maximum time of a run. Null: the profile's end. */
  readonly budgetSeconds: number | null;
}

/** Parameters whose seed is decided. */
export interface SeededParams extends RunParams {
  readonly seed: number;
}

/** The parameters of the page's address: those of a run, and what the page does by itself. */
export interface PageParams extends RunParams {
  /** The work that starts as soon as the page is up, if a program drives it. */
  readonly autorun: 'no' | 'run' | 'tune';
}

export const DEFAULT_PARAMS: PageParams = {
  profile: 'quick',
  seed: null,
  challenge: null,
  memoryGB: null,
  gpu: '',
  model: DEFAULT_MODEL.id,
  decode: '',
  weights: null,
  kv: null,
  contexts: null,
  shortest: null,
  batches: null,
  explain: false,
  tuneSeconds: null,
  kernels: [],
  compare: false,
  budgetSeconds: null,
  autorun: 'no',
};

/** The maximum length of a GPU's name, in characters: that of the record's schema. */
export const MAX_GPU_NAME = 1000;

const formatsParam = (known: readonly string[]): Param<readonly string[]> => ({
  rule: formatsRule(known),
  parse: (text) => formatsFrom(text, known),
});

const sizesParam = (range: NumberRange): Param<readonly Size[]> => ({
  rule: `whole numbers ${rangeText(range)}, separated by commas; ${SIZES_RULE}`,
  parse: (text) => sizesFrom(text, range),
});

const seconds = numberParam({ min: 1, max: 86_400, whole: true, unit: 'seconds' });
const preset = choiceParam(
  MODELS.map(({ id }) => id),
  `one of the ${MODELS.length} models of "hbmark list models" by its id, such as ${DEFAULT_MODEL.id}`,
);

/** The values of `autorun` as an address writes them. */
const AUTORUN: Readonly<Record<string, PageParams['autorun']>> = { '0': 'no', '1': 'run', tune: 'tune' };

/** The rule of every parameter, by its field. */
export const PARAMS: { readonly [K in keyof PageParams]: Param<NonNullable<PageParams[K]>> } = {
  profile: choiceParam(Object.values(PROFILES).map(({ id }) => id)),
  seed: numberParam({ min: 0, max: 0xffffffff, whole: true }),
  challenge: {
    rule: 'a time and 32 hex digits as a collector gave them, with a / between',
    // Not by the record's schema: an address is read by pages that need nothing else of it.
    parse(text) {
      const [, expires, mac] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)\/([0-9a-f]{32})$/.exec(text) ?? [];
      return expires !== undefined && mac !== undefined && !Number.isNaN(Date.parse(expires))
        ? { expires, mac }
        : undefined;
    },
    format: ({ expires, mac }) => `${expires}/${mac}`,
  },
  memoryGB: numberParam({ min: 0.1, max: 1000, unit: 'GB' }),
  gpu: {
    rule: `a name of at most ${MAX_GPU_NAME} characters, all of them seen as themselves`,
    parse: (text) => (text.length <= MAX_GPU_NAME && !UNPRINTABLE.test(text) ? text : undefined),
  },
  model: preset,
  decode: preset,
  weights: formatsParam(WEIGHT_FORMATS),
  kv: formatsParam(KV_FORMATS),
  contexts: sizesParam(SWEEP_RANGES.context),
  shortest: numberParam(SWEEP_RANGES.context),
  batches: sizesParam(SWEEP_RANGES.batch),
  explain: {
    rule: '1 or 0',
    parse: (text) => (text === '1' ? true : text === '0' ? false : undefined),
    format: (value) => (value ? '1' : ''),
  },
  tuneSeconds: seconds,
  kernels: {
    // Their ids alone: a page loads the kernels themselves in its worker.
    rule: `ids of kernels, separated by commas, of the ${__HBMARK_KERNELS__.length} of "hbmark list kernels", such as gemv,stream-read`,
    parse(text) {
      const ids = text.split(',');
      return ids.every((id) => __HBMARK_KERNELS__.includes(id)) ? ids : undefined;
    },
  },
  compare: {
    rule: 'defaults',
    parse: (text) => text === 'defaults' || undefined,
    format: (value) => (value ? 'defaults' : ''),
  },
  budgetSeconds: seconds,
  autorun: {
    rule: `one of ${Object.keys(AUTORUN).join(', ')}`,
    parse: (text) => (Object.hasOwn(AUTORUN, text) ? AUTORUN[text] : undefined),
    format: (value) => Object.keys(AUTORUN).find((text) => AUTORUN[text] === value) ?? '0',
  },
};

/** The key of each field in an address, in the order in which addresses are written. */
const KEYS: { readonly [K in keyof PageParams]: string } = {
  profile: 'profile',
  seed: 'seed',
  challenge: 'challenge',
  memoryGB: 'memory',
  gpu: 'gpu',
  model: 'model',
  decode: 'decode',
  weights: 'weights',
  kv: 'kv',
  contexts: 'context',
  shortest: 'shortest',
  batches: 'batch',
  explain: 'explain',
  tuneSeconds: 'tune',
  kernels: 'kernels',
  compare: 'compare',
  budgetSeconds: 'budget',
  autorun: 'autorun',
};

const TABLE: QueryTable<PageParams> = { keys: KEYS, params: PARAMS };

/**
 * Reads an address's query. Returns the parameters, and one line for each that cannot be used and keeps its default.
 */
export function parseParams(search: string): { params: PageParams; problems: string[] } {
  const { values: params, problems } = readQuery(search, DEFAULT_PARAMS, TABLE);
  const broken = brokenShortest(sweepOf(params));
  if (broken !== undefined) problems.push(`"shortest" ${broken}.`);
  const hasNoSeed = params.challenge !== null && params.seed === null;
  if (hasNoSeed) problems.push('"challenge" must come with the "seed" that it is for; there is none.');
  return {
    params: {
      ...params,
      ...(broken !== undefined && { shortest: null }),
      ...(hasNoSeed && { challenge: null }),
    },
    problems,
  };
}

/**
 * Returns the query that `parseParams` reads as `params`, with its `?`. Defaults are left out; all defaults give ''.
 */
export const formatParams = (params: PageParams): string => writeQuery(params, DEFAULT_PARAMS, TABLE);

/** Returns the decode steps that `params` ask for of each model. */
export const sweepOf = (params: RunParams): DecodeSweep => sweepFor(params.profile, params);

/** Returns GB (10⁹ bytes) in bytes; null for null. */
export const bytesOf = (gigabytes: number | null): number | null =>
  gigabytes === null ? null : Math.floor(gigabytes * 1e9);

/** Draws a seed for a run that was given none. The record keeps it, so that the run can be repeated. */
export const randomSeed = (): number => crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;

/**
 * Returns the seed of one of several runs, counted from 0. The first has `seed` itself. The others have hashes of it,
 * since seeds that are alike give orders that are alike (xoroshiro128+ begins with its seed).
 */
export const seedOfRun = (seed: number, nth: number): number => (nth === 0 ? seed : hash(nth, seed));
