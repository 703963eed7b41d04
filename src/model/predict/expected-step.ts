/**
 * A step of an engine on a GPU, by costs that were fitted to published figures: its time, how far a measured one may lie
 * from it, and where the question lies outside of the figures.
 */

import { deviceOf, kindOf } from '../../../results/gpus/kinds.ts';
import { maxOf } from '../../../results/lists.ts';
import type { CostGroup, EngineCosts, EngineFit, SeveralFit } from '../../../results/reference/engine-costs.ts';
import { countText, integerText } from '../../../results/text/figures.ts';
import { dispatchesOf } from '../gemv-line/matrix-uses.ts';
import { type SeveralCosts, severalOn } from '../theory/engine-time.ts';
import { type StepCosts, stepTime } from '../theory/step-time.ts';
import type { MeasuredSteps } from './machines.ts';
import { type PredictedPoint, type Served, workOf } from './predict.ts';

/** What an expectation takes to know of a GPU. */
export interface EngineGpu {
  readonly name: string;
  readonly gbps: number;
  /** Operations/s as a person gave them, in 10¹²; undefined: nobody did. */
  readonly tflops?: number | undefined;
  /** Peak of the shader cores in f32 (`serving/shader-peak.ts`); undefined: unknown, and prompts have no expectation. */
  readonly shaderTflops?: number | undefined;
}

/** What is known of an engine on a GPU. */
export interface EngineOn {
  readonly fit: EngineFit;
  readonly backend: string;
  readonly costs: EngineCosts;
  readonly gpu: EngineGpu;
}

export interface ExpectedStep {
  /** T. */
  readonly seconds: number;
  /** Standard deviation of ln T of a figure like this. */
  readonly deviation: number;
  /** The factors by which 95 % of measured steps are slower and faster, at most. None is faster than it computes. */
  readonly slower: number;
  readonly faster: number;
  /** The figures behind it. */
  readonly evidence: string;
  /** Where the point lies outside of them. */
  readonly warnings: readonly string[];
  /** T at other points of as many sequences. */
  readonly secondsAt: (other: PredictedPoint) => number;
}

/** What the interval widens by, in ln T, for each doubling of a quantity beyond the fitted range. */
export const WIDER = { bandwidth: 0.1, bytes: 0.03, context: 0.05, batch: 0.12, prompt: 0.1 } as const;

/**
 * The same for a format that no figure has: figures of llama.cpp in a quantisation that is left out are off by 1 to 10 % in
 * the median.
 */
const ANOTHER_FORMAT = 0.1;

/** The smallest group that a GPU is known to belong to; undefined for a kind that was not measured. */
export function groupOf<Costs extends CostGroup>(
  all: readonly Costs[],
  backend: string,
  gpu: string,
): Costs | undefined {
  const ofBackend = all.filter((one) => one.backend === backend);
  const alike = ofBackend.filter(({ architecture }) => architecture === kindOf(gpu)?.architecture);
  return (
    alike.find(({ device }) => device === deviceOf(gpu)) ??
    alike.find(({ device }) => device === null) ??
    ofBackend.find(({ architecture }) => architecture === null)
  );
}

/** The step of a point, or the reason why there is no expectation. */
export function expectedStepOf(on: EngineOn, served: Served, point: PredictedPoint): ExpectedStep | string {
  const { fit, costs, gpu, backend } = on;
  const several = point.batch > 1 ? severalOnGpu(on) : NOTHING_MORE;
  if (typeof several === 'string') return several;
  const compute = computeOf(on);
  const dispatches = dispatchesOf(served.model);
  const { onsetSeconds, sequenceSeconds } = several.costs;
  const measured: StepCosts = {
    ...{ fixedSeconds: 0, dispatchSeconds: costs.dispatchSeconds },
    ...{ onsetSeconds: dispatches * onsetSeconds, sequenceSeconds },
    weightBytesPerSecond: costs.bandwidthShare * gpu.gbps * 1e9,
    kvBytesPerSecond: costs.bandwidthShare * gpu.gbps * 1e9,
    flopsPerSecond: compute.flopsPerSecond,
    overlap: Number.POSITIVE_INFINITY,
  };
  const work = workOf(served, point);
  if (!compute.isKnown && point.batch > 1 && stepTime(work, measured, dispatches).spent.compute > 0) {
    return unknownCompute(gpu);
  }
  const stepCosts = compute.isKnown ? measured : { ...measured, flopsPerSecond: Number.POSITIVE_INFINITY };
  const { seconds, spent } = stepTime(work, stepCosts, dispatches);
  const { warnings, wider } = outside(on, served, point);
  const fixed = (dispatches * costs.dispatchSeconds) / seconds;
  const more = (dispatches * onsetSeconds + point.batch * sequenceSeconds) / seconds;
  const [reading, computing] = [spent.bandwidth / seconds, spent.compute / seconds];
  const deviation = Math.hypot(
    ...[spreadOf(costs.covariance, reading, fixed), fit.noise, wider],
    ...[more * several.deviation, computing * compute.deviation],
  );
  const slower = Math.exp(
    Math.max(fit.reach[backend] ?? 0, several.reach, computing > 0 ? compute.reach : 0) * deviation,
  );
  const leastSeconds =
    (work.weightFlops + work.kvFlops) / (stepCosts.flopsPerSecond * Math.exp(compute.reach * compute.deviation));
  return {
    ...{ seconds, deviation, slower, faster: Math.min(slower, seconds / leastSeconds) },
    evidence: evidenceOf(costs, gpu.name) + several.evidence,
    warnings: [...several.warnings, ...warnings],
    secondsAt: (other) => stepTime(workOf(served, other), stepCosts, dispatches).seconds,
  };
}

/** What several sequences cost on a GPU, and how sure that is. */
interface Several {
  readonly costs: SeveralCosts;
  /** Standard deviation of the logarithm of the costs. */
  readonly deviation: number;
  readonly reach: number;
  readonly evidence: string;
  readonly warnings: readonly string[];
}

const NOTHING_MORE: Several = {
  costs: { onsetSeconds: 0, sequenceSeconds: 0 },
  ...{ deviation: 0, reach: 0, evidence: '', warnings: [] },
};

function severalOnGpu({ fit: { several }, gpu, backend }: EngineOn): Several | string {
  if (!several) return 'no expectation: no step of several sequences was measured of this engine';
  const { device, spreads, reach, rows } = several;
  const isSame = deviceOf(gpu.name) === device && backend === several.backend;
  const { costs, deviation } = severalOn(several, isSame ? 1 : gpu.gbps / several.gbps);
  return {
    ...{ costs, reach },
    deviation: Math.hypot(spreads.model, deviation, ...apartFrom(several, gpu.name, backend)),
    evidence: `, and ${countText(rows, 'step')} of several sequences${isSame ? '' : ` on ${device.toUpperCase()}`}`,
    warnings: isSame
      ? []
      : [
          `what several sequences cost was measured on ${device.toUpperCase()} by ${several.backend} alone, and is taken from there`,
        ],
  };
}

/** What a GPU may add to the costs of several sequences beside its bandwidth. */
const apartFrom = (
  { device, architecture, backend, spreads }: SeveralFit,
  gpu: string,
  by: string,
): readonly number[] => [
  deviceOf(gpu) === device ? 0 : spreads.device,
  kindOf(gpu)?.architecture === architecture ? 0 : spreads.architecture,
  by === backend ? 0 : spreads.backend,
];

/** Standard deviation of ln T, of which `shared` is at a share of a peak, and `fixed` a fixed cost. */
export const spreadOf = ([share, cost, both]: EngineCosts['covariance'], shared: number, fixed: number): number =>
  Math.sqrt(shared ** 2 * share + fixed ** 2 * cost - 2 * fixed * shared * both);

/** The operations/s that an engine reaches in products of several tokens. */
interface Compute {
  readonly isKnown: boolean;
  /** Where it is not known, the least that any GPU of the backend would have at its bandwidth. */
  readonly flopsPerSecond: number;
  /** Standard deviation of its logarithm, and the reach of intervals. */
  readonly deviation: number;
  readonly reach: number;
}

/**
 * The rate that an engine reaches in prompts, which is known by the peak of the shader cores. Of a GPU without that peak
 * a rate that somebody gives is taken to be that of the units that the engine uses: no more than all of it is reached.
 */
function computeOf({ fit: { prompts }, backend, gpu }: EngineOn): Compute {
  const { shaderTflops, tflops } = gpu;
  const costs = groupOf(prompts.costs, backend, gpu.name);
  const share = costs?.computeShare ?? 1;
  const reached = shaderTflops === undefined ? Math.min(1, share) * (tflops ?? Number.NaN) : share * shaderTflops;
  const rate = 1e12 * Math.min(reached, tflops ?? Number.POSITIVE_INFINITY);
  const isKnown = !Number.isNaN(rate);
  return {
    isKnown,
    flopsPerSecond: isKnown ? rate : (prompts.flopsPerByte[backend] ?? 0) * gpu.gbps * 1e9,
    deviation: Math.hypot(Math.sqrt(costs?.covariance[0] ?? 0), prompts.noise),
    reach: prompts.reach[backend] ?? 0,
  };
}

const unknownCompute = ({ name }: EngineGpu): string =>
  `no expectation: compute may bind so many sequences, and that of ${name} is not known: give it, by --flops TFLOP/s`;

/** What a point has more, or less, of than all figures of a fit had. */
function outside({ fit, gpu }: EngineOn, served: Served, point: PredictedPoint) {
  const { bytes, context, several } = fit;
  const { weightBytes, kvBytes } = workOf(served, { ...point, batch: 1 });
  const known = point.batch > 1 && several ? several : { context, batch: 1 };
  const found = outsideRanges({ bytes, ...known }, weightBytes + kvBytes, point);
  const more = [...unknownFormats(fit, served), ...otherBandwidth(fit, gpu)];
  return {
    warnings: [...more.map(({ warning }) => warning), ...found.warnings],
    wider: Math.hypot(found.wider, ...more.map(({ by }) => by)),
  };
}

/** What a format of weights or caches adds to the doubt of a step, if no figure has it. */
function unknownFormats({ formats }: EngineFit, { weights, kv, kvName = kv, quantisation }: Served) {
  // What the tensors of a GGUF are stored as is not known by a name, and is the engine's own.
  const name = weights === 'stored' ? quantisation : weights;
  const isKnown = name === undefined || formats.some((one) => plain(one) === plain(name));
  return [
    ...(isKnown ? [] : [{ by: ANOTHER_FORMAT, warning: `no figure behind the expectation has weights in ${name}` }]),
    ...(kv === 'f16'
      ? []
      : [{ by: ANOTHER_FORMAT, warning: `no figure behind the expectation has a KV cache in ${kvName}` }]),
  ];
}

/** Formats of HBMark that hold the same bits as one of llama.cpp. */
const ALIKE: Readonly<Record<string, string>> = { 'int4-g32': 'q4_0', int8: 'q8_0' };

const plain = (format: string): string => {
  const name = format.toLowerCase().replace('_moe', '');
  return ALIKE[name] ?? name;
};

/** What a bandwidth adds to the doubt of a step, if no GPU of the figures has as little or as much. */
function otherBandwidth({ gbps: [least, most] }: EngineFit, { gbps }: EngineGpu) {
  const ratio = Math.max(gbps / most, least / gbps);
  const those = `${integerText(Math.round(least))} to ${integerText(Math.round(most))}`;
  return ratio <= 1
    ? []
    : [
        {
          by: WIDER.bandwidth * Math.log2(ratio),
          warning: `memory of ${integerText(gbps)} GB/s; that of the GPUs behind the expectation has ${those}`,
        },
      ];
}

/** @param known the least and the most bytes of what was measured, its longest context and its largest batch */
export function outsideRanges(
  known: Pick<MeasuredSteps, 'bytes' | 'context' | 'batch'>,
  bytes: number,
  { batch, mix, context: length }: PredictedPoint,
) {
  const [least, most] = known.bytes;
  const context = maxOf((mix ?? [{ context: length }]).map((one) => one.context));
  const warnings: string[] = [];
  let wider = 0;
  const beyond = (ratio: number, each: number, warning: string): void => {
    if (ratio <= 1) return;
    warnings.push(warning);
    wider = Math.hypot(wider, each * Math.log2(ratio));
  };
  const gb = (n: number): string => `${(n / 1e9).toFixed(1)} GB`;
  beyond(
    Math.max(bytes / most, least / bytes),
    WIDER.bytes,
    `a step reads ${gb(bytes)}; those behind the expectation read ${gb(least)} to ${gb(most)}`,
  );
  beyond(
    context / Math.max(CONTEXT_OF_NO_MATTER, known.context),
    WIDER.context,
    `context ${integerText(context)} is longer than any behind the expectation (${integerText(known.context)})`,
  );
  const measured = known.batch === 1 ? 'one sequence' : `up to ${integerText(known.batch)} sequences`;
  beyond(
    batch / known.batch,
    WIDER.batch,
    `the expectation is of ${measured}; batch ${integerText(batch)} follows from the law`,
  );
  return { warnings, wider };
}

/** Up to this context, KV caches are a small part of what a step reads. */
const CONTEXT_OF_NO_MATTER = 4096;

export function evidenceOf({ backend, architecture, device, rows }: CostGroup, gpu: string): string {
  if (device !== null) return `${countText(rows, 'figure')} of this GPU by ${backend}`;
  const [group, missing] =
    architecture === null ? ['', kindOf(gpu)?.architecture ?? 'its architecture'] : [` of ${architecture}`, 'this GPU'];
  return `${countText(rows, 'figure')} of other GPUs${group} by ${backend}; none of ${missing}`;
}
