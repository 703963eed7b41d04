/** The machines that `hbmark predict` is asked about: by a GPU's name, by a bandwidth, or by a record. */

import { type GpuSpec, gpusCalled, meaningOf, nearNames, othersCalled } from '../../../results/gpus/by-name.ts';
import { mostTflops } from '../../../results/gpus/tflops.ts';
import type { RunRecord } from '../../../results/record/schema.ts';
import { givenText, significant } from '../../../results/text/figures.ts';
import { MAX_NAMES_LENGTH, quoted, shown } from '../../../results/text/shown.ts';
import { weightBytesHeld } from '../../model/models/accounting.ts';
import { isMultiplied, type SizedTensor, weightsIn } from '../../model/models/tensors.ts';
import { type MeasuredMachine, memoryGBOf } from '../../model/predict/machines.ts';
import { type Machine, RANGES } from '../../model/predict/predict.ts';
import { UsageError } from '../errors.ts';
import { recordIn } from '../files/record-files.ts';
import { anyNumber, anyText, type Flags, readValue, type ValueOption } from '../flags.ts';
import { computeLine } from '../text/tables/predict-table.ts';

/** The sources of the machine's numbers, of which exactly one is given. */
export const SOURCES = {
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

export const COMPARE: ValueOption<string> = {
  name: 'compare',
  value: 'gpu',
  help: 'A second GPU beside the machine; --memory, --flops, --watts and --hourly are of the first alone',
  param: anyText,
};

export type Source =
  | { readonly kind: 'gpu'; readonly gpu: GpuSpec }
  | { readonly kind: 'bandwidth'; readonly gbps: number }
  | { readonly kind: 'record'; readonly file: string; readonly record: RunRecord };

/** A machine that is asked about. */
export interface Side {
  readonly source: Source;
  readonly memoryGB: number;
}

export function nameOf(source: Source): string {
  if (source.kind === 'gpu') return source.gpu.name;
  return source.kind === 'record' ? source.file : `${givenText(source.gbps)} GB/s`;
}

/** The second machine. @throws UsageError */
export function comparedIn(flags: Flags): Side | undefined {
  const name = readValue(COMPARE, flags);
  if (name === undefined) return undefined;
  const source = { kind: 'gpu', gpu: gpuNamed(name, 'compare') } as const;
  return { source, memoryGB: source.gpu.memoryBytes / 1e9 };
}

/** Returns the most operations/s that a GPU can have with a model's weights, where its row has them. */
export function mostTflopsOf(source: Source, tensors: readonly SizedTensor[]): number | undefined {
  if (source.kind !== 'gpu') return undefined;
  const multiplied = tensors.filter(isMultiplied);
  const weights = multiplied.reduce((sum, tensor) => sum + weightsIn(tensor), 0);
  return mostTflops(source.gpu, (8 * weightBytesHeld(multiplied)) / weights);
}

/** Returns where the machine's numbers come from. @throws UsageError unless exactly one source is given */
export function sourceOf(flags: Flags): Source {
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

export function memoryOf(source: Source): number | undefined {
  if (source.kind === 'gpu') return source.gpu.memoryBytes / 1e9;
  return source.kind === 'record' ? memoryGBOf(source.record) : undefined;
}

/** Says why the bound of a GPU leaves compute out, although the list has the rate of its shader cores. */
const whyNoCompute = (source: Source): string =>
  source.kind === 'gpu' && source.gpu.tflops?.f32 !== undefined
    ? `, since the list has the rate of its shader cores alone (${givenText(source.gpu.tflops.f32)} TFLOP/s in f32), and others are faster`
    : '';

/**
 * The lines of a machine: its numbers, and where they come from.
 * @param machines for each of the models
 * @param peak how the numbers of a spec are meant
 */
export function sideLines(
  { source, memoryGB }: Side,
  machines: readonly (Machine & Partial<Pick<MeasuredMachine, 'basis'>>)[],
  peak: string,
): string[] {
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
  return [
    `machine    ${name}: ${memory}, ${givenText(gbps)} GB/s${from}; ${peak}`,
    ...(sold ? [`memory     ${aboutMemory(sold)}`] : []),
    ...new Set(machines.map(({ costs }) => computeLine(costs.flopsPerSecond, whyNoCompute(source)))),
  ];
}

/** `25.8 GB as drivers report it`, and what else there is to know before it is believed. */
function aboutMemory(gpu: GpuSpec): string {
  const others = othersCalled(gpu).map(({ name }) => name);
  return [
    `${significant(gpu.memoryBytes / 1e9)} GB as ${gpu.projected ? 'announced' : 'drivers report it'}`,
    ...(gpu.shared ? ['shared with the processor'] : []),
    ...(gpu.projected ? ['a projection: the part is not sold yet'] : []),
    ...(others.length > 0 ? [`also sold as ${shown(others.join(', '), MAX_NAMES_LENGTH)}`] : []),
  ].join('; ');
}
