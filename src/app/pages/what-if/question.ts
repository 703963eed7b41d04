/**
 * The question of the page, which is all of its state, and how an address holds it:
 *
 *     gpu     a GPU of the table, or own               default: NVIDIA GeForce RTX 4090
 *     model   a preset                                 default llama-3.1-8b
 *     mem     GB of memory                             default: the GPU's
 *     bw      bandwidth in GB/s                        default: the GPU's
 *     ctx     positions of each reader                 default 8192
 *     batch   readers                                  default 1
 *     w       format of the weights, or a quantisation default int4-g32
 *     kv      format of the KV cache                   default f16
 *     flops   compute in TFLOP/s                       default: the GPU's, or left out
 *     fixed   fixed cost of a step in ms               default 0
 *     engine  a serving engine whose speed to expect   default llama.cpp
 *     run     a kept run whose machine it is           default: none
 */

import { GPUS, type GpuSpec, gpusCalled } from '../../../../results/gpus/by-name.ts';
import { FORMATS } from '../../../../shaders/formats/index.ts';
import { QUANTISATIONS } from '../../../model/files/quantisations.ts';
import { PREDICTED_MODELS } from '../../../model/models/predicted.ts';
import { DEFAULT_ENGINE, ENGINES, type EngineId } from '../../../model/predict/engines.ts';
import { CACHE_FORMATS, RANGES } from '../../../model/predict/predict.ts';
import {
  choiceParam,
  numberParam,
  type Param,
  type QueryTable,
  readQuery,
  writeQuery,
} from '../../../session/param.ts';

/** The name that stands for a machine of the person's own numbers. */
export const OWN = 'own';

export interface Question {
  /** Name of a GPU of the table, or `OWN`. */
  readonly gpu: string;
  /** Id of a preset. */
  readonly model: string;
  /** Null: the GPU's. */
  readonly memoryGB: number | null;
  /** Null: the GPU's. */
  readonly gbps: number | null;
  /** Positions of each reader. */
  readonly context: number;
  /** Readers: the sequences of a step. */
  readonly batch: number;
  readonly weights: string;
  readonly kv: string;
  /** Null: that of the GPU; where it is not known, compute is left out. */
  readonly tflops: number | null;
  readonly fixedMs: number;
  /** The serving engine whose speed is expected. */
  readonly engine: EngineId;
  /** The key of the kept run on whose machine the own numbers were measured. Empty: none. */
  readonly run: string;
}

export const DEFAULT_QUESTION: Question = {
  gpu: 'NVIDIA GeForce RTX 4090',
  model: 'llama-3.1-8b',
  memoryGB: null,
  gbps: null,
  context: 8192,
  batch: 1,
  weights: 'int4-g32',
  kv: 'f16',
  tflops: null,
  fixedMs: 0,
  engine: DEFAULT_ENGINE,
  run: '',
};

/** The formats that weights may have, and the quantisations of llama.cpp. */
export const WEIGHTS: readonly string[] = [...Object.keys(FORMATS), ...QUANTISATIONS];

const gpuParam: Param<string> = {
  rule: `${OWN}, or one GPU of the list on this page, such as RTX 4090 or H100 NVL`,
  parse(text) {
    if (text === OWN) return OWN;
    const [gpu, ...others] = gpusCalled(text);
    return others.length === 0 ? gpu?.name : undefined;
  },
};

const anyFixed = numberParam(RANGES.overhead);

/** To a nanosecond: a smaller number would be written with an exponent, which no parameter has. */
const fixedParam: Param<number> = {
  ...anyFixed,
  parse(text) {
    const ms = anyFixed.parse(text);
    return ms === undefined ? undefined : Number(ms.toFixed(6));
  },
};

/** The maximum length of a run's key, in characters: an id has 64, and a date with a seed fewer. */
const MAX_KEY = 80;

const runParam: Param<string> = {
  rule: `the key of a run that this browser keeps, of at most ${MAX_KEY} characters`,
  parse: (text) => (text.length <= MAX_KEY ? text : undefined),
};

const TABLE: QueryTable<Question> = {
  keys: {
    gpu: 'gpu',
    model: 'model',
    memoryGB: 'mem',
    gbps: 'bw',
    context: 'ctx',
    batch: 'batch',
    weights: 'w',
    kv: 'kv',
    tflops: 'flops',
    fixedMs: 'fixed',
    engine: 'engine',
    run: 'run',
  },
  params: {
    gpu: gpuParam,
    model: choiceParam(
      PREDICTED_MODELS.map(({ id }) => id),
      `one of the ${PREDICTED_MODELS.length} models of the list on this page by its id, such as ${DEFAULT_QUESTION.model}`,
    ),
    memoryGB: numberParam(RANGES.memory),
    gbps: numberParam(RANGES.bandwidth),
    context: numberParam(RANGES.context),
    batch: numberParam(RANGES.batch),
    weights: choiceParam(WEIGHTS, 'a format or quantisation of the list on this page, such as int4-g32 or Q4_K_M'),
    kv: choiceParam(CACHE_FORMATS),
    tflops: numberParam(RANGES.flops),
    fixedMs: fixedParam,
    engine: choiceParam(Object.keys(ENGINES) as EngineId[]),
    run: runParam,
  },
};

/** The rules of the numbers, as the fields of the page need them. */
export const NUMBERS = TABLE.params;

/** Reads an address's query. Returns the question, and one line for each parameter that cannot be used. */
export function questionIn(search: string): { question: Question; problems: string[] } {
  const { values, problems } = readQuery(search, DEFAULT_QUESTION, TABLE);
  return { question: values, problems };
}

/** The query that `questionIn` reads as `question`, with its `?`. Defaults are left out. */
export const queryOf = (question: Question): string => writeQuery(question, DEFAULT_QUESTION, TABLE);

const DEFAULT_GPU = GPUS.find(({ name }) => name === DEFAULT_QUESTION.gpu);

/** The GPU of a question; for own numbers the default one, whose figures stand in for what is not given. */
export const gpuOf = ({ gpu }: Pick<Question, 'gpu'>): GpuSpec => {
  const found = GPUS.find(({ name }) => name === gpu) ?? DEFAULT_GPU;
  if (!found) throw new Error(`results/data/reference/gpus.json has no ${DEFAULT_QUESTION.gpu}`);
  return found;
};

/** GB (10⁹ bytes) of a GPU's memory, with two digits behind the point, and never more than there are. */
const memoryGBOf = ({ memoryBytes }: GpuSpec): number => Math.floor(memoryBytes / 1e7) / 100;

/** Memory and bandwidth of a question's machine: the GPU's, or what stands in their place. */
export function figuresOf(question: Question): { readonly memoryGB: number; readonly gbps: number } {
  const gpu = gpuOf(question);
  return { memoryGB: question.memoryGB ?? memoryGBOf(gpu), gbps: question.gbps ?? gpu.gbps };
}

/** The question about another GPU, as it is sold. Own numbers begin with those of the machine before. */
export const withGpu = (question: Question, gpu: string): Question => ({
  ...question,
  ...{ gpu, run: '' },
  ...(gpu === OWN ? figuresOf(question) : { memoryGB: null, gbps: null }),
});

/** The question about a machine that was measured. Without its memory, that of the machine before stands in. */
export const withOwn = (
  question: Question,
  { key, gbps, memoryGB }: { readonly key: string; readonly gbps: number; readonly memoryGB: number | null },
): Question => ({
  ...question,
  ...{ gpu: OWN, gbps, memoryGB: memoryGB ?? figuresOf(question).memoryGB, run: key },
});

/** Whether the question's machine is another than the GPU as it is sold. */
export const isChanged = (question: Question): boolean => {
  const [gpu, { memoryGB, gbps }] = [gpuOf(question), figuresOf(question)];
  return question.gpu !== OWN && (memoryGB !== memoryGBOf(gpu) || gbps !== gpu.gbps);
};
