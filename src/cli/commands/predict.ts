/** `hbmark predict`: what models would do on a machine, by the law; nothing is measured. */

import { bytesText, integerText, msText, NONE, significant } from '../../../results/figures.ts';
import { type Gpu, gpusCalled } from '../../../results/gpus.ts';
import { labelsOf } from '../../../results/labels.ts';
import type { RunRecord } from '../../../results/schema.ts';
import { FORMATS } from '../../../shaders/formats/index.ts';
import { nearestFormat } from '../../model/files/nearest-format.ts';
import { QUANTISATIONS, quantisedTensors } from '../../model/files/quantisations.ts';
import type { ModelFile } from '../../model/files/read-model.ts';
import { DEFAULT_MODEL } from '../../model/models/index.ts';
import { allIn, tensorsIn } from '../../model/models/tensors.ts';
import { type MeasuredMachine, machineOfSpec, machinesOfRecord, memoryGBOf } from '../../model/predict/machines.ts';
import {
  CACHE_FORMATS,
  type Machine,
  type Point,
  type Prediction,
  predict as predictPoint,
  RANGES,
  type Served,
} from '../../model/predict/predict.ts';
import { UsageError } from '../errors.ts';
import { choice, number, numbers, repeated, single } from '../flags.ts';
import { modelFileNamed } from '../model-files.ts';
import { table } from '../text/table.ts';
import { recordIn } from './check.ts';

type Flags = Readonly<Record<string, unknown>>;

/** Where the numbers of the machine come from. */
type Source =
  | { readonly kind: 'gpu'; readonly gpu: Gpu }
  | { readonly kind: 'bandwidth'; readonly gbps: number }
  | { readonly kind: 'record'; readonly file: string; readonly record: RunRecord };

interface PredictFlags {
  readonly source: Source;
  readonly memoryGB: number;
  readonly tflops: number | undefined;
  readonly overheadMs: number | undefined;
  readonly served: readonly ServedIn[];
  readonly points: readonly Point[];
  readonly json: boolean;
}

/** A model, and the format whose measurements stand for its weights'. */
type ServedIn = Served & { readonly measuredIn: string };

export async function parsePredictFlags(flags: Flags): Promise<PredictFlags> {
  const source = sourceOf(flags);
  const memoryGB = number('--memory', flags.memory, RANGES.memory) ?? memoryOf(source);
  if (memoryGB === undefined) {
    const why = source.kind === 'record' ? `${source.file} does not say how much the GPU has` : '--bandwidth needs it';
    throw new UsageError(`give --memory GB: ${why}`);
  }
  const [tflops, overheadMs] = [
    number('--flops', flags.flops, RANGES.flops),
    number('--overhead', flags.overhead, RANGES.overhead),
  ];
  const weights = choice('--weights', flags.weights, [...Object.keys(FORMATS), ...QUANTISATIONS]);
  const kv = choice('--kv', flags.kv, CACHE_FORMATS) ?? 'f16';
  const contexts = numbers('--context', flags.context, RANGES.context) ?? [4096];
  const batches = numbers('--batch', flags.batch, RANGES.batch) ?? [1];
  const models = repeated('--model', flags.model);
  const files: readonly ModelFile[] =
    models.length > 0 ? await Promise.all(models.map(modelFileNamed)) : [{ model: DEFAULT_MODEL }];
  return {
    ...{ source, memoryGB, tflops, overheadMs },
    served: files.map((file) => servedIn(file, weights, kv)),
    points: contexts.flatMap((context) => batches.map((batch) => ({ context, batch }))),
    json: flags.json === true,
  };
}

/** @throws UsageError unless it is exactly one of --gpu, --bandwidth and --record. */
function sourceOf(flags: Flags): Source {
  const given = (['gpu', 'bandwidth', 'record'] as const).filter((name) => flags[name] !== undefined);
  const [kind, ...others] = given;
  if (kind === undefined || others.length > 0) {
    const got = given.length > 0 ? given.map((name) => `--${name}`).join(' and ') : 'none of them';
    throw new UsageError(`give one of --gpu NAME, --bandwidth GB/s with --memory GB, and --record FILE; got ${got}`);
  }
  if (kind === 'gpu') return { kind, gpu: gpuNamed(single('--gpu', flags.gpu) ?? '') };
  if (kind === 'bandwidth') return { kind, gbps: number('--bandwidth', flags.bandwidth, RANGES.bandwidth) ?? 0 };
  const file = single('--record', flags.record) ?? '';
  return { kind, file, record: recordIn('--record', file) };
}

/** The one part that `name` means; of several, the one whose own name it is. @throws UsageError naming what it may be. */
function gpuNamed(name: string): Gpu {
  const found = gpusCalled(name);
  const [gpu, ...others] = found;
  if (!gpu) {
    throw new UsageError(`--gpu must be in "hbmark list gpus", or give --bandwidth and --memory; got "${name}"`);
  }
  if (others.length > 0) {
    throw new UsageError(`--gpu must be one of ${found.map((one) => one.name).join(', ')}; got "${name}"`);
  }
  return gpu;
}

function memoryOf(source: Source): number | undefined {
  if (source.kind === 'gpu') return source.gpu.memoryGB;
  return source.kind === 'record' ? memoryGBOf(source.record) : undefined;
}

/** Weights in the format or quantisation that was asked for, else as the file has them, else in f16. */
function servedIn({ model, weights: stored }: ModelFile, format: string | undefined, kv: string): ServedIn {
  const quantised = format !== undefined && QUANTISATIONS.includes(format);
  const tensors = quantised ? quantisedTensors(model, format) : format === undefined ? stored?.tensors : undefined;
  if (tensors) {
    const [largest] = [...tensors].sort((a, b) => b.bytes - a.bytes);
    const measuredIn = largest ? nearestFormat(largest).format : 'f16';
    return { model, tensors, weights: format ?? 'stored', kv, measuredIn };
  }
  const weights = format ?? 'f16';
  return { model, tensors: tensorsIn(model, allIn(weights)), weights, kv, measuredIn: weights };
}

export function predict(flags: PredictFlags): void {
  const machines = machinesOf(flags);
  const rows = flags.served.flatMap((served, i) =>
    flags.points.map((point) => predictPoint(served, machines[i] as Machine, point)),
  );
  for (const line of labelLines(flags)) console.error(line);
  const sections = [
    aboutMachine(flags, machines),
    [predictionTable(rows), ...rows.flatMap(missingText)],
    fullLines(rows),
  ];
  console.log(
    flags.json
      ? JSON.stringify(rows, null, 2)
      : sections
          .filter((lines) => lines.length > 0)
          .map((lines) => lines.join('\n'))
          .join('\n\n'),
  );
}

/** The machine as each of the served models meets it. @throws UsageError for a record that does not hold what it takes. */
function machinesOf({ source, served, ...rest }: PredictFlags): (Machine & Partial<MeasuredMachine>)[] {
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

/** What must be known of a record before its predictions are believed: on stderr, since the document has no place for it. */
const labelLines = ({ source }: PredictFlags): string[] =>
  source.kind === 'record' ? labelsOf(source.record).map(({ title, reason }) => `! ${title}: ${reason}`) : [];

/** A number that a vendor or a person gave, as it was given. */
const given = (n: number): string => new Intl.NumberFormat('en-US', { maximumSignificantDigits: 15 }).format(n);

function aboutMachine(flags: PredictFlags, machines: ReturnType<typeof machinesOf>): string[] {
  const { source, memoryGB } = flags;
  const memory = `${given(memoryGB)} GB`;
  if (source.kind === 'record') {
    // Models may be measured in different formats.
    const lines = machines.flatMap(({ basis, costs }) => [`basis      ${basis}`, computeLine(costs.flopsPerSecond)]);
    return [`machine    as ${source.file} measured it, ${memory}`, ...new Set(lines)];
  }
  const { name, gbps, from } =
    source.kind === 'gpu'
      ? { name: source.gpu.name, gbps: source.gpu.gbps, from: ` (${source.gpu.source})` }
      : { name: 'as given', gbps: source.gbps, from: '' };
  const { tflops = Number.POSITIVE_INFINITY } = flags;
  return [
    `machine    ${name}: ${memory}, ${given(gbps)} GB/s${from}; at its peak, so that no step is shorter`,
    computeLine(tflops * 1e12),
  ];
}

const computeLine = (flopsPerSecond: number): string =>
  flopsPerSecond === Number.POSITIVE_INFINITY
    ? 'compute    left out: --flops TFLOP/s counts it'
    : `compute    ${significant(flopsPerSecond / 1e12)} TFLOP/s`;

const HEADER = [
  ...['model', 'weights', 'KV', 'context', 'batch', 'tokens/s', 'per user', 'step', 'weights read', 'KV read'],
  ...['most batch', 'bound'],
];

const predictionTable = (rows: readonly Prediction[]): string =>
  table(
    rows.map((p) => [
      ...[p.model, p.weights, p.kv, integerText(p.context), integerText(p.batch)],
      ...[p.tokensPerSecond, p.tokensPerSecondPerUser].map((rate) => significant(rate ?? Number.NaN)),
      ...[p.stepMs === null ? NONE : msText(p.stepMs), bytesText(p.weightBytes), bytesText(p.kvBytes)],
      ...[integerText(p.maxBatch), p.bound],
    ]),
    HEADER,
  );

/** What it would take for a point that does not fit. */
function missingText({ model, context, batch, wouldFit }: Prediction): string[] {
  if (!wouldFit) return [];
  const alone = [
    ...(wouldFit.batch > 0 ? [`batch ${integerText(wouldFit.batch)}`] : []),
    ...(wouldFit.context > 0 ? [`context ${integerText(wouldFit.context)}`] : []),
    ...(wouldFit.weights.length > 0 ? [`weights in ${wouldFit.weights.join(', ')}`] : []),
  ];
  const point = `${model} at context ${integerText(context)}, batch ${integerText(batch)}`;
  return [
    `! ${point} needs ${bytesText(wouldFit.memoryBytes)}; ${alone.length > 0 ? `would fit: ${alone.join('; or ')}` : 'nothing smaller here would fit'}`,
  ];
}

/** A line to each model and context of which at least one sequence fits. */
function fullLines(rows: readonly Prediction[]): string[] {
  const lines = rows.flatMap(({ model, context, maxBatch, full }) => {
    if (!full) return [];
    const { tokensPerSecond, twiceBandwidth, twiceMemory } = full;
    const at = `${model} at context ${integerText(context)}, batch ${integerText(maxBatch)}`;
    return `full       ${at}: ${significant(tokensPerSecond)} tokens/s; ${significant(twiceBandwidth)} times that with twice the bandwidth, ${significant(twiceMemory)} times with twice the memory`;
  });
  return [...new Set(lines)];
}
