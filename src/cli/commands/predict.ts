/** `hbmark predict`: predicts by the law how fast models decode on a machine. Nothing is measured. */

import { givenText, significant } from '../../../results/figures.ts';
import { type GpuSpec, gpusCalled, meaningOf, nearNames, othersCalled } from '../../../results/gpus.ts';
import type { RunRecord } from '../../../results/schema.ts';
import { MAX_NAMES_LENGTH, quoted, shown } from '../../../results/shown.ts';
import { FORMATS } from '../../../shaders/formats/index.ts';
import { nearestFormat } from '../../model/files/nearest-format.ts';
import { QUANTISATIONS, quantisationNamed, quantisedTensors } from '../../model/files/quantisations.ts';
import type { ModelFile } from '../../model/files/read-model.ts';
import { DEFAULT_MODEL } from '../../model/models/index.ts';
import type { Model } from '../../model/models/model.ts';
import { allIn, tensorsIn } from '../../model/models/tensors.ts';
import { batchAtSpeed, costAt, draftedAt, requestAt } from '../../model/predict/answers.ts';
import { DEFAULT_ENGINE, ENGINES, type EngineId, type Expected, expectedOf } from '../../model/predict/expected.ts';
import { machineOfSpec } from '../../model/predict/machine-of-spec.ts';
import { type MeasuredMachine, machinesOfRecord, memoryGBOf } from '../../model/predict/machines.ts';
import {
  CACHE_FORMAT_NAMES,
  CACHE_FORMATS,
  cacheFormatNamed,
  type Machine,
  type Prediction,
  predict as predictPoint,
  RANGES,
  type Served,
} from '../../model/predict/predict.ts';
import { whyNotSplit } from '../../model/serving/split.ts';
import { choiceParam } from '../../session/param.ts';
import { EXIT, UsageError } from '../errors.ts';
import { modelFileNamed } from '../files/model-files.ts';
import { recordIn } from '../files/record-files.ts';
import { anyNumber, anyText, type Flags, isOn, readAll, readAllInLists, readValue } from '../flags.ts';
import { JSON_OUTPUT, MACHINE_MEMORY } from '../options.ts';
import { ASKED_OPTIONS, type Asked, askedIn, COMPARE, runningOf } from '../predicting/asked.ts';
import { type AnsweredPrediction, answerLines, besideLines, comparisonLines } from '../text/asked-lines.ts';
import { labelLines } from '../text/machine-lines.ts';
import { aboutModels, computeLine, expectedLines, fullLines, predictionLines } from '../text/predict-table.ts';
import { print, printError, printJson } from '../text/print.ts';
import type { Command } from './command.ts';

const MODEL = {
  name: 'model',
  value: 'id',
  help: `A preset, config.json, .gguf or .safetensors; may be repeated (default: ${DEFAULT_MODEL.id})`,
  param: anyText,
};

/** The sources of the machine's numbers, of which exactly one is given. */
const SOURCES = {
  gpu: {
    name: 'gpu',
    value: 'name',
    help: 'A GPU of "hbmark list gpus", at its peak bandwidth',
    param: anyText,
  },
  bandwidth: {
    name: 'bandwidth',
    value: 'GB/s',
    help: 'Any other GPU, at this bandwidth; needs --memory',
    param: anyNumber(RANGES.bandwidth),
  },
  record: {
    name: 'record',
    value: 'file',
    help: 'The machine that a run measured, at what it measured',
    param: anyText,
  },
} as const;

const ENGINE = {
  name: 'engine',
  value: 'name',
  help: `An engine whose speed to expect, or "peak" for the bound alone (default: ${DEFAULT_ENGINE})`,
  param: choiceParam(Object.keys(ENGINES) as EngineId[]),
};

const FLOPS = {
  name: 'flops',
  value: 'TFLOP/s',
  help: 'Compute of the machine (default: left out, or as the record says)',
  param: anyNumber(RANGES.flops),
};

const OVERHEAD = {
  name: 'overhead',
  value: 'ms',
  help: 'Fixed cost of a step (default: 0, or as the record says)',
  param: anyNumber(RANGES.overhead),
};

const WEIGHTS = {
  name: 'weights',
  value: 'format',
  help: 'Format, or a quantisation such as Q4_K_M (default: as the file has them, else f16)',
  param: {
    rule: `one of ${[...Object.keys(FORMATS), ...QUANTISATIONS].join(', ')}, in any case`,
    parse: weightsNamed,
  },
};

/** The format of weights of this name, in any case: one of ours, or a quantisation of llama.cpp. */
function weightsNamed(text: string): string | undefined {
  if (QUANTISATIONS.includes(text)) return text;
  const lower = text.toLowerCase();
  return Object.keys(FORMATS).find((id) => id === lower) ?? quantisationNamed(text);
}

const KV = {
  name: 'kv',
  value: 'format',
  help: 'Format of the KV cache, as fp8 or q8_0 (default: f16)',
  param: {
    rule: `one of ${[...CACHE_FORMATS, ...CACHE_FORMAT_NAMES].join(', ')}, in any case`,
    parse: (text: string): CacheFormat | undefined => {
      const id = cacheFormatNamed(text);
      return id === undefined ? undefined : { id, name: text.toLowerCase() };
    },
  },
};

/** A format of KV caches, and the name that it was asked for by. */
interface CacheFormat {
  readonly id: string;
  readonly name: string;
}

const CONTEXT = {
  name: 'context',
  value: 'N,…',
  help: 'Positions of each sequence (default: 4096)',
  param: anyNumber(RANGES.context),
};

const BATCH = {
  name: 'batch',
  value: 'N,…',
  help: 'Sequences of a step (default: 1)',
  param: anyNumber(RANGES.batch),
};

type Source =
  | { readonly kind: 'gpu'; readonly gpu: GpuSpec }
  | { readonly kind: 'bandwidth'; readonly gbps: number }
  | { readonly kind: 'record'; readonly file: string; readonly record: RunRecord };

/** A machine that is asked about. */
interface Side {
  readonly source: Source;
  readonly memoryGB: number;
  readonly tflops: number | undefined;
}

interface PredictInput extends Side {
  readonly engine: EngineId;
  readonly overheadMs: number | undefined;
  readonly served: readonly ServedIn[];
  /** Without a batch, its size follows from the speed that was asked for. */
  readonly points: readonly { readonly context: number; readonly batch?: number }[];
  readonly asked: Asked;
  readonly draft: Served | undefined;
  readonly compared: Side | undefined;
  readonly json: boolean;
}

/** A model, and the format whose measurements stand for its weights'. */
type ServedIn = Served & { readonly measuredIn: string };

export const predict = {
  name: 'predict',
  help: 'Predict how fast models decode on a machine, by the law of step times',
  options: [
    ...[MODEL, ...Object.values(SOURCES), MACHINE_MEMORY, ENGINE, FLOPS, OVERHEAD],
    ...[WEIGHTS, KV, CONTEXT, BATCH, ...ASKED_OPTIONS, JSON_OUTPUT],
  ],

  async parse(_, flags) {
    const source = sourceOf(flags);
    const memoryGB = readValue(MACHINE_MEMORY, flags) ?? memoryOf(source);
    if (memoryGB === undefined) {
      const why =
        source.kind === 'record' ? `${source.file} does not say how much the GPU has` : '--bandwidth needs it';
      throw new UsageError(`give --memory GB: ${why}`);
    }
    const [tflops = tflopsOf(source), overheadMs] = [readValue(FLOPS, flags), readValue(OVERHEAD, flags)];
    const [weights, kv = { id: 'f16', name: 'f16' }] = [readValue(WEIGHTS, flags), readValue(KV, flags)];
    const asked = askedIn(flags);
    const { request } = asked;
    const contexts = request ? [request.prompt + request.output] : orDefault(readAllInLists(CONTEXT, flags), 4096);
    const batches = asked.speed === undefined ? orDefault(readAllInLists(BATCH, flags), 1) : [undefined];
    const models = readAll(MODEL, flags);
    const files: readonly ModelFile[] =
      models.length > 0 ? await Promise.all(models.map(modelFileNamed)) : [{ model: DEFAULT_MODEL }];
    const draft = asked.draft && servedIn(await modelFileNamed(asked.draft.model), weights, kv);
    const served = files.map((file) => servedIn(file, weights, kv));
    for (const { model } of served) requireSplit(model, asked);
    return {
      ...{ source, memoryGB, tflops, overheadMs, served, asked, draft },
      engine: readValue(ENGINE, flags) ?? DEFAULT_ENGINE,
      points: contexts.flatMap((context) =>
        batches.map((batch) => (batch === undefined ? { context } : { context, batch })),
      ),
      compared: comparedIn(flags),
      json: isOn(JSON_OUTPUT, flags),
    };
  },

  run(input) {
    const sides = [input, ...(input.compared ? [input.compared] : [])].map((side) => {
      const about = { ...input, ...side };
      const machines = machinesOf(about);
      return { about, machines, rows: rowsOf(about, machines) };
    });
    const rows = sides.flatMap((side) => side.rows);
    // The document has no place for labels, so they go to stderr.
    if (input.source.kind === 'record') for (const line of labelLines(input.source.record)) printError(line);
    const [one, other] = sides;
    const sections = [
      ...sides.flatMap((side) => [
        [...aboutMachine(side.about, side.machines), ...besideLines(input.asked.machine)],
        predictionLines(side.rows),
        answerLines(side.rows),
        expectedLines(side.rows),
        aboutModels(side.rows),
        fullLines(side.rows),
      ]),
      comparisonLines(one?.rows ?? [], other?.rows ?? []),
    ];
    const text = () => sections.flatMap((lines) => (lines.length > 0 ? [lines.join('\n')] : [])).join('\n\n');
    if (input.json) printJson(rows);
    else print(text());
    return EXIT.done;
  },
} satisfies Command<PredictInput>;

/** The answers for each model and point on a machine. */
function rowsOf(input: PredictInput, machines: readonly Machine[]): AnsweredPrediction[] {
  return input.served.flatMap((served, i) => {
    const machine = machines[i];
    if (!machine) return [];
    if (input.asked.request && machine.costs.flopsPerSecond === Number.POSITIVE_INFINITY) {
      throw new UsageError(
        `--prompt needs --flops TFLOP/s: compute binds a prompt, and that of ${nameOf(input.source)} is not known`,
      );
    }
    const whole = { ...machine, ...input.asked.machine };
    return input.points.map((point) => answered(input, served, whole, point));
  });
}

function answered(
  input: PredictInput,
  served: Served,
  machine: Machine,
  { context, batch: given }: PredictInput['points'][number],
): AnsweredPrediction {
  const { asked, draft, source } = input;
  const users = asked.speed === undefined ? undefined : (batchAtSpeed(served, machine, context, asked.speed) ?? 0);
  const batch = given ?? Math.max(1, users ?? 1);
  const prediction = predictPoint(served, machine, { context, batch });
  const { tokensPerSecond } = prediction;
  const running = runningOf(asked, source.kind === 'gpu' ? source.gpu : undefined);
  const isCosted = running.watts !== undefined || running.dollarsPerHour !== undefined;
  return {
    ...prediction,
    expected: expectedFor(input, served, prediction),
    machine: nameOf(source),
    request: asked.request ? requestAt(served, machine, prediction, asked.request.prompt) : null,
    atSpeed: asked.speed === undefined ? null : { tokensPerSecondPerUser: asked.speed, users: users ?? 0 },
    drafts: draft && asked.draft ? draftedAt(served, machine, { context, batch }, draft, howOf(asked.draft)) : null,
    cost: isCosted && tokensPerSecond !== null ? costAt(tokensPerSecond, running) : null,
  };
}

const howOf = ({ drafted, accepted }: NonNullable<Asked['draft']>) => ({ drafted, accepted });

function nameOf(source: Source): string {
  if (source.kind === 'gpu') return source.gpu.name;
  return source.kind === 'record' ? source.file : `${givenText(source.gbps)} GB/s`;
}

/** @throws UsageError for a model that cannot be split over so many GPUs in that way */
function requireSplit(model: Model, { machine: { gpus } }: Asked): void {
  const why = gpus && whyNotSplit(model, gpus);
  if (why)
    throw new UsageError(`--gpus must be a number that the model can be split over by --split ${gpus.split}: ${why}`);
}

/** The second machine. @throws UsageError */
function comparedIn(flags: Flags): Side | undefined {
  const name = readValue(COMPARE, flags);
  if (name === undefined) return undefined;
  const source = { kind: 'gpu', gpu: gpuNamed(name, 'compare') } as const;
  return { source, memoryGB: source.gpu.memoryBytes / 1e9, tflops: tflopsOf(source) };
}

function expectedFor(
  { source, engine, tflops, asked }: PredictInput,
  served: Served,
  prediction: Prediction,
): Expected {
  if (asked.machine.gpus || asked.machine.offloadBytesPerSecond !== undefined) {
    const evidence = 'no expectation: what was measured is of one GPU that holds the whole model';
    return { engine, tokensPerSecond: null, interval: null, evidence, warnings: [] };
  }
  const gpu = source.kind === 'gpu' ? { name: source.gpu.name, gbps: source.gpu.gbps, tflops } : undefined;
  return expectedOf(engine, gpu, served, prediction);
}

/**
 * Returns the dense operations/s of a GPU whose row has them: in f16 or in f32, whichever is faster, since old GPUs are
 * slow in f16 and engines use f32 there.
 */
function tflopsOf(source: Source): number | undefined {
  if (source.kind !== 'gpu') return undefined;
  const { f16 = 0, f32 = 0 } = source.gpu.tflops ?? {};
  return Math.max(f16, f32) || undefined;
}

const orDefault = (given: readonly number[], otherwise: number): readonly number[] =>
  given.length > 0 ? given : [otherwise];

/** Returns where the machine's numbers come from. @throws UsageError unless exactly one source is given */
function sourceOf(flags: Flags): Source {
  const given = (['gpu', 'bandwidth', 'record'] as const).filter((name) => flags[name] !== undefined);
  const [kind, ...others] = given;
  if (kind === undefined || others.length > 0) {
    const got = given.length > 0 ? given.map((name) => `--${name}`).join(' and ') : 'none of them';
    throw new UsageError(`give one of --gpu NAME, --bandwidth GB/s with --memory GB, and --record FILE; got ${got}`);
  }
  if (kind === 'gpu') return { kind, gpu: gpuNamed(readValue(SOURCES.gpu, flags) ?? '') };
  if (kind === 'bandwidth') return { kind, gbps: readValue(SOURCES.bandwidth, flags) ?? 0 };
  const file = readValue(SOURCES.record, flags) ?? '';
  return { kind, file, record: recordIn('--record', file) };
}

/** Returns the one GPU that `name` means. @throws UsageError, with the possible names, if it means none or several */
function gpuNamed(name: string, flag = 'gpu'): GpuSpec {
  const found = gpusCalled(name);
  const [gpu, ...others] = found;
  if (!gpu) throw new UsageError(`--${flag} ${whyNot(name)}; got ${quoted(name)}`);
  if (others.length > 0) {
    const names = shown(found.map((one) => one.name).join(', '), MAX_NAMES_LENGTH);
    throw new UsageError(`--${flag} must be one of ${names}; got ${quoted(name)}`);
  }
  return gpu;
}

/** Says why a name means no part of the table, and what to give instead. */
function whyNot(name: string): string {
  const meaning = meaningOf(name);
  const instead = 'give --bandwidth and --memory';
  switch (meaning.kind) {
    case 'other-size': {
      const sold = meaning.gpus.map((one) => `${one.name} with ${(one.sizesGB ?? [one.memoryGB]).join(', ')} GB`);
      return `must be a part as it is sold: ${shown(sold.join('; '), MAX_NAMES_LENGTH)}; of another, ${instead}`;
    }
    case 'shared':
      return `must fix its memory, and ${shown(meaning.name)} shares the computer’s, as fast as that is: ${instead}`;
    case 'software':
      return `must be a GPU, and this is a program on the CPU: ${instead} of the computer’s memory`;
    case 'virtual':
      return `must be a whole GPU, and this is a share of one, or lent by a host: ${instead}`;
    case 'several':
      return 'must be the name of one GPU; --gpus N says how many there are';
    default: {
      const near = nearNames(name);
      return `must be in "hbmark list gpus", or ${instead}${near.length > 0 ? `; near are ${near.join(', ')}` : ''}`;
    }
  }
}

function memoryOf(source: Source): number | undefined {
  if (source.kind === 'gpu') return source.gpu.memoryBytes / 1e9;
  return source.kind === 'record' ? memoryGBOf(source.record) : undefined;
}

/** Returns the model with its weights in the format or quantisation that was asked for, else as stored, else in f16. */
function servedIn(
  { model, weights: stored, quantisation }: ModelFile,
  format: string | undefined,
  kv: CacheFormat,
): ServedIn {
  const about = { model, kv: kv.id, kvName: kv.name };
  const quantised = format !== undefined && QUANTISATIONS.includes(format);
  const tensors = quantised ? quantisedTensors(model, format) : format === undefined ? stored?.tensors : undefined;
  if (tensors) {
    const [largest] = [...tensors].sort((a, b) => b.bytes - a.bytes);
    const measuredIn = largest ? nearestFormat(largest).format : 'f16';
    const own = format === undefined ? { quantisation } : {};
    return { ...about, tensors, weights: format ?? 'stored', measuredIn, ...own };
  }
  const weights = format ?? 'f16';
  return { ...about, tensors: tensorsIn(model, allIn(weights)), weights, measuredIn: weights };
}

/**
 * Returns the machine for each of the served models.
 *
 * @throws UsageError if the record has not measured what it takes
 */
function machinesOf({ source, served, ...rest }: PredictInput): (Machine & Partial<MeasuredMachine>)[] {
  if (source.kind !== 'record') {
    const machine = machineOfSpec({ ...rest, gbps: source.kind === 'gpu' ? source.gpu.gbps : source.gbps });
    return served.map(() => machine);
  }
  const measured = machinesOfRecord(source.record);
  return served.map(({ model, measuredIn }) => {
    const machine = measured(model, measuredIn, rest);
    if (machine) return machine;
    throw new UsageError(
      `--record must be a run that measured the read ceiling and GEMVs of three sizes in ${measuredIn} or f16; ${source.file} has not`,
    );
  });
}

function aboutMachine(input: PredictInput, machines: ReturnType<typeof machinesOf>): string[] {
  const { source, memoryGB } = input;
  const sold = source.kind === 'gpu' && memoryGB === source.gpu.memoryBytes / 1e9 ? source.gpu : undefined;
  const memory = `${givenText(sold?.memoryGB ?? memoryGB)} GB`;
  if (source.kind === 'record') {
    // Each format of weights has its own basis, so models may have several.
    const lines = machines.flatMap(({ basis, costs }) => [`basis      ${basis}`, computeLine(costs.flopsPerSecond)]);
    return [`machine    as ${source.file} measured it, ${memory}`, ...new Set(lines)];
  }
  const { name, gbps, from } =
    source.kind === 'gpu'
      ? { name: source.gpu.name, gbps: source.gpu.gbps, from: ` (${source.gpu.source})` }
      : { name: 'as given', gbps: source.gbps, from: '' };
  const { tflops = Number.POSITIVE_INFINITY } = input;
  return [
    `machine    ${name}: ${memory}, ${givenText(gbps)} GB/s${from}; at its peak, so that no step is shorter`,
    ...(sold ? [`memory     ${aboutMemory(sold)}`] : []),
    computeLine(tflops * 1e12),
  ];
}

/** `25.8 GB as drivers report it`, and what else there is to know before it is believed. */
function aboutMemory(gpu: GpuSpec): string {
  const others = othersCalled(gpu).map(({ name }) => name);
  return [
    `${significant(gpu.memoryBytes / 1e9)} GB as drivers report it`,
    ...(gpu.shared ? ['shared with the processor'] : []),
    ...(gpu.projected ? ['a projection: the part is not sold yet'] : []),
    ...(others.length > 0 ? [`also sold as ${shown(others.join(', '), MAX_NAMES_LENGTH)}`] : []),
  ].join('; ');
}
