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
  /** Peak operations/s in f16; undefined: unknown, and compute is left out. */
  readonly tflops?: number | undefined;
  /** Peak of the shader cores in f32 (`serving/shader-peak.ts`); undefined: unknown, and prompts have no expectation. */
  readonly shaderTflops?: number | undefined;
}

/** What is known of an engine on a GPU. */
export interface EngineOn {
  readonly fit: Omit<EngineFit, 'prompts'>;
  readonly backend: string;
  readonly costs: EngineCosts;
  readonly gpu: EngineGpu;
}

export interface ExpectedStep {
  /** T. */
  readonly seconds: number;
  /** Standard deviation of ln T of a figure like this. */
  readonly deviation: number;
  /** The factor by which 95 % of measured steps are off, at most. */
  readonly off: number;
  /** The figures behind it. */
  readonly evidence: string;
  /** Where the point lies outside of them. */
  readonly warnings: readonly string[];
  /** T at other points of as many sequences. */
  readonly secondsAt: (other: PredictedPoint) => number;
}

/** Share of a GPU's peak operations/s that engines reach in products of several tokens. */
const COMPUTE_SHARE = 0.4;

/** What the interval widens by, in ln T, for each doubling of a quantity beyond the fitted range. */
export const WIDER = { bytes: 0.03, context: 0.05, batch: 0.12, prompt: 0.1 } as const;

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
  const dispatches = dispatchesOf(served.model);
  const { onsetSeconds, sequenceSeconds } = several.costs;
  const stepCosts = { ...stepCostsOf(costs, gpu), onsetSeconds: dispatches * onsetSeconds, sequenceSeconds };
  const { seconds } = stepTime(workOf(served, point), stepCosts, dispatches);
  const { warnings, wider } = outside(fit, served, point);
  const fixed = (dispatches * costs.dispatchSeconds) / seconds;
  const more = (dispatches * onsetSeconds + point.batch * sequenceSeconds) / seconds;
  const deviation = Math.hypot(
    spreadOf(costs.covariance, 1 - fixed - more, fixed),
    fit.noise,
    wider,
    more * several.deviation,
  );
  return {
    ...{ seconds, deviation },
    off: Math.exp(Math.max(fit.reach[backend] ?? 0, several.reach) * deviation),
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

/** The costs of an engine's step, in which the larger of memory and compute counts. */
const stepCostsOf = (
  { bandwidthShare, dispatchSeconds }: EngineCosts,
  { gbps, tflops = Number.POSITIVE_INFINITY }: EngineGpu,
): StepCosts => ({
  ...{ fixedSeconds: 0, dispatchSeconds, sequenceSeconds: 0 },
  weightBytesPerSecond: bandwidthShare * gbps * 1e9,
  kvBytesPerSecond: bandwidthShare * gbps * 1e9,
  flopsPerSecond: COMPUTE_SHARE * tflops * 1e12,
  overlap: Number.POSITIVE_INFINITY,
});

/** What a point has more, or less, of than all figures of a fit had. */
function outside({ bytes, context, several }: EngineOn['fit'], served: Served, point: PredictedPoint) {
  const { weightBytes, kvBytes } = workOf(served, { ...point, batch: 1 });
  const known = point.batch > 1 && several ? several : { context, batch: 1 };
  return outsideRanges({ bytes, ...known }, weightBytes + kvBytes, point);
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
