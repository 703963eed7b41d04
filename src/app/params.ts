/**
 * The page's URL parameters, e.g. `?profile=full&model=llama-3.2-1b&autorun=1`. Every one has a default; one that is
 * unknown, or has a value that it cannot have, is reported in one line that names what there is, and nothing runs by
 * itself until it is corrected.
 *
 *     profile   quick | full                            default quick
 *     seed      0 … 4294967295                          default: drawn anew for every run
 *     memory    GB that the run may use                 default: what the profile asks for
 *     gpu       the GPU's name, as its owner knows it   default: none
 *     model     a preset whose decode is estimated      default llama-3.2-1b
 *     decode    a preset whose decode steps are timed   default: none
 *     weights   formats of its matrices, as             default: the profile's
 *               "f16,int4-g32"
 *     kv        formats of its KV cache, as "f16,int8"  default: the profile's
 *     context   positions, as "128,4096" or "128,max"   default: the profile's lengths, where
 *     shortest  where lengths are mixed: positions of   default: all are alike
 *               the other sequences, at the least
 *     batch     sequences, as "1,8" or "1,...,max"      neither is given; else 1024, and 1
 *     tune      seconds to tune for before a run        default: none
 *     kernels   ids, as "gemv,stream-read"              default: all
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
  numberFrom,
  SIZES_RULE,
  type Size,
  type SizeRange,
  SWEEP_RANGES,
  sizesFrom,
  sweepFor,
  WEIGHT_FORMATS,
} from '../model/request/sweep.ts';

export interface PageParams {
  readonly profile: Profile['id'];
  /** Null: drawn anew for every run. */
  readonly seed: number | null;
  /** Null: what the profile asks for. */
  readonly memoryGB: number | null;
  readonly gpu: string;
  readonly model: string;
  /** A preset; empty: no decode steps, but for models that are given otherwise. */
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
  /** Ids separated by commas; empty: all. The engine knows which there are. */
  readonly kernels: string;
  readonly compare: boolean;
  /** Null: no limit. */
  readonly budgetSeconds: number | null;
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
  kernels: '',
  compare: false,
  budgetSeconds: null,
  autorun: 'no',
};

/** On a GPU, for every kernel and format; what is left is tuned first the next time. */
export const DEFAULT_TUNE_SECONDS = 120;

/** As the record's schema allows. */
export const LONGEST_GPU_NAME = 1000;

interface Param<K extends keyof PageParams> {
  readonly key: string;
  readonly field: K;
  /** What a value may be, for the reader of an error. */
  readonly rule: string;
  /** Undefined where `text` breaks the rule. */
  parse(text: string): PageParams[K] | undefined;
  format(value: PageParams[K]): string;
}

const param = <K extends keyof PageParams>(p: Param<K>): Param<keyof PageParams> => p as Param<keyof PageParams>;
const oneOf = (ids: readonly string[]) => ids.join(', ');

const rangeText = ({ min, max }: SizeRange) => `from ${min} to ${max}`;
const sizesRule = (range: SizeRange) => `whole numbers ${rangeText(range)}, separated by commas; ${SIZES_RULE}`;
const listText = (value: PageParams[keyof PageParams]) => (Array.isArray(value) ? value.join(',') : String(value));

const SECONDS_RULE = 'a whole number of seconds from 1 to 86400';

const AUTORUN: Readonly<Record<string, PageParams['autorun']>> = { '0': 'no', '1': 'run', tune: 'tune' };

const PARAMS: readonly Param<keyof PageParams>[] = [
  param({
    key: 'profile',
    field: 'profile',
    rule: `one of ${oneOf(Object.keys(PROFILES))}`,
    parse: (text) => Object.values(PROFILES).find(({ id }) => id === text)?.id,
    format: String,
  }),
  param({
    key: 'seed',
    field: 'seed',
    rule: 'a whole number from 0 to 4294967295',
    parse: (text) => (/^\d{1,10}$/.test(text) && Number(text) <= 0xffffffff ? Number(text) : undefined),
    format: String,
  }),
  param({
    key: 'memory',
    field: 'memoryGB',
    rule: 'a positive number of GB',
    parse: memoryGBFrom,
    format: String,
  }),
  param({
    key: 'gpu',
    field: 'gpu',
    rule: `a name of at most ${LONGEST_GPU_NAME} characters`,
    parse: (text) => (text.length <= LONGEST_GPU_NAME ? text : undefined),
    format: String,
  }),
  param({
    key: 'model',
    field: 'model',
    rule: `one of ${oneOf(MODELS.map((m) => m.id))}`,
    parse: (text) => MODELS.find(({ id }) => id === text)?.id,
    format: String,
  }),
  param({
    key: 'decode',
    field: 'decode',
    rule: `one of ${oneOf(MODELS.map((m) => m.id))}`,
    parse: (text) => MODELS.find(({ id }) => id === text)?.id,
    format: String,
  }),
  param({
    key: 'weights',
    field: 'weights',
    rule: formatsRule(WEIGHT_FORMATS),
    parse: (text) => formatsFrom(text, WEIGHT_FORMATS),
    format: listText,
  }),
  param({
    key: 'kv',
    field: 'kv',
    rule: formatsRule(KV_FORMATS),
    parse: (text) => formatsFrom(text, KV_FORMATS),
    format: listText,
  }),
  param({
    key: 'context',
    field: 'contexts',
    rule: sizesRule(SWEEP_RANGES.context),
    parse: (text) => sizesFrom(text, SWEEP_RANGES.context),
    format: listText,
  }),
  param({
    key: 'shortest',
    field: 'shortest',
    rule: `a whole number ${rangeText(SWEEP_RANGES.context)}`,
    parse: (text) => numberFrom(text, SWEEP_RANGES.context),
    format: String,
  }),
  param({
    key: 'batch',
    field: 'batches',
    rule: sizesRule(SWEEP_RANGES.batch),
    parse: (text) => sizesFrom(text, SWEEP_RANGES.batch),
    format: listText,
  }),
  param({
    key: 'tune',
    field: 'tuneSeconds',
    rule: SECONDS_RULE,
    parse: secondsFrom,
    format: String,
  }),
  param({
    key: 'kernels',
    field: 'kernels',
    rule: 'ids of kernels, separated by commas',
    parse: (text) => (/^[a-z0-9-]+(,[a-z0-9-]+)*$/.test(text) ? text : undefined),
    format: String,
  }),
  param({
    key: 'compare',
    field: 'compare',
    rule: 'defaults',
    parse: (text) => text === 'defaults' || undefined,
    format: (value) => (value ? 'defaults' : ''),
  }),
  param({
    key: 'budget',
    field: 'budgetSeconds',
    rule: SECONDS_RULE,
    parse: secondsFrom,
    format: String,
  }),
  param({
    key: 'autorun',
    field: 'autorun',
    rule: `one of ${oneOf(Object.keys(AUTORUN))}`,
    parse: (text) => AUTORUN[text],
    format: (value) => Object.keys(AUTORUN).find((text) => AUTORUN[text] === value) ?? '0',
  }),
];

/** Whole seconds, at most a day; undefined where `text` is none. */
export function secondsFrom(text: string): number | undefined {
  const seconds = /^\d{1,5}$/.test(text.trim()) ? Number(text) : Number.NaN;
  return seconds >= 1 && seconds <= 86_400 ? seconds : undefined;
}

/** A positive number of GB, undefined where `text` is none. */
export function memoryGBFrom(text: string): number | undefined {
  const gb = /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : Number.NaN;
  return gb > 0 ? gb : undefined;
}

/** The parameters of `search`, and a line for each that cannot be used. */
export function parseParams(search: string): { params: PageParams; problems: string[] } {
  const params: Record<string, unknown> = { ...DEFAULT_PARAMS };
  const problems: string[] = [];
  for (const [key, text] of new URLSearchParams(search)) {
    const known = PARAMS.find((p) => p.key === key);
    const value = known?.parse(text);
    if (!known) problems.push(`Unknown parameter "${key}". There are ${oneOf(PARAMS.map((p) => p.key))}.`);
    else if (value === undefined) problems.push(`"${key}" must be ${known.rule}; it is "${text}".`);
    else params[known.field] = value;
  }
  const read = params as unknown as PageParams;
  const broken = brokenShortest(sweepOf(read));
  if (broken === undefined) return { params: read, problems };
  problems.push(`"shortest" ${broken}.`);
  return { params: { ...read, shortest: null }, problems };
}

/** The decode steps that they ask for, of whichever models. */
export const sweepOf = (options: Omit<PageParams, 'autorun'>): DecodeSweep => sweepFor(options.profile, options);

/** The query string, with its `?`, that gives `params`; what is as by default is left out. */
export function formatParams(params: PageParams): string {
  const search = new URLSearchParams();
  for (const { key, field, format } of PARAMS) {
    const text = format(params[field]);
    if (text !== format(DEFAULT_PARAMS[field])) search.set(key, text);
  }
  return search.size > 0 ? `?${search}` : '';
}
