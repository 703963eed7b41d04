/**
 * The parameters of a run, each with its key, its rule, and how it is read and written. The page has them in its
 * address, `?profile=full&model=llama-3.2-1b&autorun=1`; the terminal has most of them as flags. Every parameter has a
 * default. One that is unknown, or has a value that breaks its rule, is reported in one line; then nothing runs by
 * itself until it is corrected.
 *
 *     profile   quick | full | kernels                  default quick
 *     seed      0 … 4294967295                          default: drawn anew for every run
 *     memory    GB that the run may use                 default: what the profile asks for
 *     gpu       the GPU's name, as its owner knows it   default: none
 *     model     a preset whose decode is estimated      default llama-3.2-1b
 *     decode    a preset whose decode steps are timed   default: none
 *     weights   formats of its matrices, f16,int4-g32   default: the profile's
 *     kv        formats of its KV cache, f16,int8       default: the profile's
 *     context   positions, 128,4096 or 128,max          default: the profile's, or 1024 beside a batch
 *     shortest  minimum positions of a sequence, where  default: all sequences are equally long
 *               lengths are mixed
 *     batch     sequences, 1,8 or 1,...,max             default: the profile's, or 1 beside a context
 *     tune      seconds to tune for before a run        default: none
 *     kernels   ids, gemv,stream-read                   default: all
 *     compare   defaults: measure them beside winners,  default: winners only
 *               and scalar baselines beside kernels
 *     budget    seconds that a run may take             default: as long as the profile takes
 *     autorun   1 | 0 | tune: run, or only tune, as     default 0
 *               soon as the page is up
 */

import { PROFILES, type Profile } from '../../harness/profiles.ts';
import { DEFAULT_MODEL, MODELS } from '../model/models/index.ts';
import {
  brokenShortest,
  type DecodeSweep,
  formatsFrom,
  formatsRule,
  KV_FORMATS,
  SIZES_RULE,
  type Size,
  type SizeRange,
  SWEEP_RANGES,
  sizesFrom,
  sweepFor,
  WEIGHT_FORMATS,
} from '../model/request/sweep.ts';

export interface RunParams {
  readonly profile: Profile['id'];
  /** Null: drawn anew for every run. */
  readonly seed: number | null;
  /** Null: what the profile asks for. */
  readonly memoryGB: number | null;
  /** Empty: not named. */
  readonly gpu: string;
  /** The preset whose decode is estimated from its weights alone. */
  readonly model: string;
  /** The preset whose decode steps are timed. Empty: none, unless models are given otherwise. */
  readonly decode: string;
  /** Null: the profile's. */
  readonly weights: readonly string[] | null;
  /** Null: the profile's. */
  readonly kv: readonly string[] | null;
  /** Null: the profile's, or 1024 where batches are asked for. */
  readonly contexts: readonly Size[] | null;
  /** Null: all sequences have one length. */
  readonly shortest: number | null;
  /** Null: the profile's, or 1 where contexts are asked for. */
  readonly batches: readonly Size[] | null;
  /** Null: no tuning. */
  readonly tuneSeconds: number | null;
  /** Ids. Empty: all. The engine knows which there are. */
  readonly kernels: readonly string[];
  readonly compare: boolean;
  /** Null: no limit. */
  readonly budgetSeconds: number | null;
}

/** What an address says: the parameters of a run, and what to do as soon as the page is up. */
export interface PageParams extends RunParams {
  readonly autorun: 'no' | 'run' | 'tune';
}

export const DEFAULT_PARAMS: PageParams = {
  profile: 'quick',
  seed: null,
  memoryGB: null,
  gpu: '',
  model: DEFAULT_MODEL.id,
  decode: '',
  weights: null,
  kv: null,
  contexts: null,
  shortest: null,
  batches: null,
  tuneSeconds: null,
  kernels: [],
  compare: false,
  budgetSeconds: null,
  autorun: 'no',
};

/** The maximum length of a GPU's name, in characters: that of the record's schema. */
export const MAX_GPU_NAME = 1000;

/** How one parameter is read from text and written to it. */
export interface Param<T> {
  /** What a value must be, for the reader of an error: "--seed must be …". */
  readonly rule: string;
  /** The value of `text`; undefined where it breaks the rule. */
  parse(text: string): T | undefined;
  /** Default: `String(value)`, which joins lists by commas. */
  readonly format?: (value: T) => string;
}

interface NumberRange extends SizeRange {
  readonly whole?: boolean;
  readonly unit?: string;
}

const rangeText = ({ min, max, unit }: NumberRange): string => `from ${min} to ${max}${unit ? ` ${unit}` : ''}`;

/** A number within `range`, its ends included. */
export const numberParam = (range: NumberRange): Param<number> => ({
  rule: `${range.whole ? 'a whole number' : 'a number'} ${rangeText(range)}`,
  parse(text) {
    const n = /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : Number.NaN;
    return n >= range.min && n <= range.max && (!range.whole || Number.isInteger(n)) ? n : undefined;
  },
});

const choiceParam = <T extends string>(choices: readonly T[]): Param<T> => ({
  rule: `one of ${choices.join(', ')}`,
  parse: (text) => choices.find((choice) => choice === text),
});

const formatsParam = (known: readonly string[]): Param<readonly string[]> => ({
  rule: formatsRule(known),
  parse: (text) => formatsFrom(text, known),
});

const sizesParam = (range: NumberRange): Param<readonly Size[]> => ({
  rule: `whole numbers ${rangeText(range)}, separated by commas; ${SIZES_RULE}`,
  parse: (text) => sizesFrom(text, range),
});

const seconds = numberParam({ min: 1, max: 86_400, whole: true, unit: 'seconds' });
const preset = choiceParam(MODELS.map(({ id }) => id));

const AUTORUN: Readonly<Record<string, PageParams['autorun']>> = { '0': 'no', '1': 'run', tune: 'tune' };

type Value<K extends keyof PageParams> = NonNullable<PageParams[K]>;

/** Every parameter by its field. */
export const PARAMS: { readonly [K in keyof PageParams]: Param<Value<K>> } = {
  profile: choiceParam(Object.values(PROFILES).map(({ id }) => id)),
  seed: numberParam({ min: 0, max: 0xffffffff, whole: true }),
  memoryGB: numberParam({ min: 0.1, max: 1000, unit: 'GB' }),
  gpu: {
    rule: `a name of at most ${MAX_GPU_NAME} characters`,
    parse: (text) => (text.length <= MAX_GPU_NAME ? text : undefined),
  },
  model: preset,
  decode: preset,
  weights: formatsParam(WEIGHT_FORMATS),
  kv: formatsParam(KV_FORMATS),
  contexts: sizesParam(SWEEP_RANGES.context),
  shortest: numberParam(SWEEP_RANGES.context),
  batches: sizesParam(SWEEP_RANGES.batch),
  tuneSeconds: seconds,
  kernels: {
    rule: 'ids of kernels, separated by commas',
    parse: (text) => (/^[a-z0-9-]+(,[a-z0-9-]+)*$/.test(text) ? text.split(',') : undefined),
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
  memoryGB: 'memory',
  gpu: 'gpu',
  model: 'model',
  decode: 'decode',
  weights: 'weights',
  kv: 'kv',
  contexts: 'context',
  shortest: 'shortest',
  batches: 'batch',
  tuneSeconds: 'tune',
  kernels: 'kernels',
  compare: 'compare',
  budgetSeconds: 'budget',
  autorun: 'autorun',
};

const FIELDS = Object.keys(KEYS) as (keyof PageParams)[];

/** The parameters of `search`, an address's query, and a line for each that cannot be used. */
export function parseParams(search: string): { params: PageParams; problems: string[] } {
  let params = DEFAULT_PARAMS;
  const problems: string[] = [];
  for (const [key, text] of new URLSearchParams(search)) {
    const field = FIELDS.find((one) => KEYS[one] === key);
    if (field === undefined) {
      problems.push(`Unknown parameter "${key}". There are ${FIELDS.map((one) => KEYS[one]).join(', ')}.`);
      continue;
    }
    const value = PARAMS[field].parse(text);
    if (value === undefined) problems.push(`"${key}" must be ${PARAMS[field].rule}; it is "${text}".`);
    else params = { ...params, [field]: value };
  }
  const broken = brokenShortest(sweepOf(params));
  if (broken === undefined) return { params, problems };
  problems.push(`"shortest" ${broken}.`);
  return { params: { ...params, shortest: null }, problems };
}

/** The query string, with its `?`, that gives `params`; what is as by default is left out. */
export function formatParams(params: PageParams): string {
  const search = new URLSearchParams();
  for (const field of FIELDS) {
    const text = textOf(field, params);
    if (text !== textOf(field, DEFAULT_PARAMS)) search.set(KEYS[field], text);
  }
  return search.size > 0 ? `?${search}` : '';
}

function textOf<K extends keyof PageParams>(field: K, params: PageParams): string {
  const value = params[field];
  if (value === null) return '';
  const { format = String } = PARAMS[field];
  return format(value as Value<K>);
}

/** The decode steps that they ask for, of whichever models. */
export const sweepOf = (params: RunParams): DecodeSweep => sweepFor(params.profile, params);

/** The bytes of so many GB (10⁹ bytes); null for null. */
export const bytesOf = (gigabytes: number | null): number | null =>
  gigabytes === null ? null : Math.floor(gigabytes * 1e9);
