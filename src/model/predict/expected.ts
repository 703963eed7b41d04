/**
 * The speed that an engine is expected to reach on a GPU, with an interval, beside the bound that the GPU's peak gives.
 * What engines reach of peaks was fitted to published figures (`results/engine-costs.ts`): a GPU without figures has
 * the costs of its architecture, and an architecture without figures those of its backend.
 */

import { ENGINE_FITS, type EngineCosts, type EngineFit } from '../../../results/engine-costs.ts';
import { countText, integerText } from '../../../results/figures.ts';
import { deviceOf, kindOf, type Vendor } from '../../../results/gpu-kinds.ts';
import { type StepCosts, stepTime } from '../theory/step-time.ts';
import { type PredictedPoint, type Prediction, type Served, workOf } from './predict.ts';

/** An engine's fit, and its backend for the GPUs of each vendor. */
interface Engine {
  readonly fit?: string;
  readonly backends: Partial<Readonly<Record<Vendor, string>>>;
}

const VENDORS_OWN = { NVIDIA: 'CUDA', AMD: 'ROCm', Apple: 'Metal' } as const;

/** The engines of which an expectation can be asked. Those without a fit were not measured on any GPU yet. */
export const ENGINES = {
  'llama.cpp': { fit: 'llama.cpp', backends: { ...VENDORS_OWN, Intel: 'Vulkan' } },
  'llama.cpp-vulkan': { fit: 'llama.cpp', backends: { NVIDIA: 'Vulkan', AMD: 'Vulkan', Intel: 'Vulkan' } },
  localscore: { fit: 'localscore', backends: VENDORS_OWN },
  hbmark: { backends: {} },
  vllm: { backends: {} },
  peak: { backends: {} },
} as const satisfies Readonly<Record<string, Engine>>;

export type EngineId = keyof typeof ENGINES;

export const DEFAULT_ENGINE: EngineId = 'llama.cpp';

/** What an expectation takes to know of a GPU. */
export interface EngineGpu {
  readonly name: string;
  readonly gbps: number;
  /** Peak operations/s in f16; undefined: unknown, and compute is left out. */
  readonly tflops?: number | undefined;
}

export interface Expected {
  readonly engine: EngineId;
  /** Throughput of all sequences; null where nothing is known, or where the point does not fit. */
  readonly tokensPerSecond: number | null;
  /** What 95 % of measured figures are expected within, never above the bound. Null where there is no figure. */
  readonly interval: readonly [low: number, high: number] | null;
  /** The figures behind the expectation, or the reason why there is none. */
  readonly evidence: string;
  /** Where the question lies outside the figures, for which the interval is wider. */
  readonly warnings: readonly string[];
}

/** Share of a GPU's peak operations/s that engines reach in products of several tokens. */
const COMPUTE_SHARE = 0.4;

/** What the interval widens by, in ln T, for each doubling of a quantity beyond the fitted range. */
const WIDER = { bytes: 0.03, context: 0.05, batch: 0.12 } as const;

/**
 * The expected speed of a predicted point.
 * @param gpu undefined for a machine that is not named
 */
export function expectedOf(
  engine: EngineId,
  gpu: EngineGpu | undefined,
  served: Served,
  prediction: Prediction,
): Expected {
  const none = (evidence: string): Expected => ({
    ...{ engine, tokensPerSecond: null, interval: null, evidence, warnings: [] },
  });
  if (engine === 'peak') return none('the peak is a bound, and no engine’s speed');
  if (gpu === undefined) return none('no expectation: the machine is not the GPU of a name');
  const found = costsFor(engine, gpu.name);
  if (!found) return none('no expectation: nothing measured on this kind');
  if (prediction.tokensPerSecond === null) return none('no expectation: it does not fit');
  const { fit, costs } = found;
  const layers = served.model.layers.length;
  const { seconds, overheadSeconds } = stepTime(workOf(served, prediction), stepCostsOf(costs, gpu, layers));
  const { warnings, wider } = outside(fit, served, prediction);
  const fixed = overheadSeconds / seconds;
  const [share, layer, both] = costs.covariance;
  const variance = (1 - fixed) ** 2 * share + fixed ** 2 * layer - 2 * fixed * (1 - fixed) * both;
  const off = Math.exp((fit.reach[costs.backend] ?? 0) * Math.hypot(Math.sqrt(variance), fit.noise, wider));
  const bound = prediction.tokensPerSecond;
  const tokensPerSecond = Math.min(bound, prediction.batch / seconds);
  return {
    engine,
    tokensPerSecond,
    interval: [tokensPerSecond / off, Math.min(bound, tokensPerSecond * off)],
    evidence: evidenceOf(costs, gpu.name),
    warnings,
  };
}

/** The costs of the smallest group that a GPU is known to belong to; undefined for a kind that was not measured. */
function costsFor(engine: EngineId, gpu: string): { readonly fit: EngineFit; readonly costs: EngineCosts } | undefined {
  const { fit: id, backends }: Engine = ENGINES[engine];
  const kind = kindOf(gpu);
  const fit = id === undefined ? undefined : ENGINE_FITS[id];
  const backend = kind && backends[kind.vendor];
  if (!fit || !kind || backend === undefined) return undefined;
  const ofBackend = fit.costs.filter((one) => one.backend === backend);
  const alike = ofBackend.filter(({ architecture }) => architecture === kind.architecture);
  const costs =
    alike.find(({ device }) => device === deviceOf(gpu)) ??
    alike.find(({ device }) => device === null) ??
    ofBackend.find(({ architecture }) => architecture === null);
  return costs && { fit, costs };
}

/** The costs of an engine's step, with fixed costs by layers, and compute after memory. */
const stepCostsOf = (
  { bandwidthShare, layerSeconds }: EngineCosts,
  { gbps, tflops = Number.POSITIVE_INFINITY }: EngineGpu,
  layers: number,
): StepCosts => ({
  ...{ fixedSeconds: layers * layerSeconds, dispatchSeconds: 0, sequenceSeconds: 0 },
  weightBytesPerSecond: bandwidthShare * gbps * 1e9,
  kvBytesPerSecond: bandwidthShare * gbps * 1e9,
  flopsPerSecond: COMPUTE_SHARE * tflops * 1e12,
  overlap: Number.POSITIVE_INFINITY,
});

/** What a point has more, or less, of than all figures of a fit had. */
function outside(
  { bytes: [least, most], context: longest }: EngineFit,
  served: Served,
  { context, batch }: PredictedPoint,
) {
  const { weightBytes, kvBytes } = workOf(served, { context, batch: 1 });
  const bytes = weightBytes + kvBytes;
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
    context / Math.max(CONTEXT_OF_NO_MATTER, longest),
    WIDER.context,
    `context ${integerText(context)} is longer than any behind the expectation (${integerText(longest)})`,
  );
  beyond(batch, WIDER.batch, `the expectation is of one sequence; batch ${integerText(batch)} follows from the law`);
  return { warnings, wider };
}

/** Up to this context, KV caches are a small part of what a step reads. */
const CONTEXT_OF_NO_MATTER = 4096;

function evidenceOf({ backend, architecture, device, rows }: EngineCosts, gpu: string): string {
  if (device !== null) return `${countText(rows, 'figure')} of this GPU by ${backend}`;
  const [group, missing] =
    architecture === null ? ['', kindOf(gpu)?.architecture ?? 'its architecture'] : [` of ${architecture}`, 'this GPU'];
  return `${countText(rows, 'figure')} of other GPUs${group} by ${backend}; none of ${missing}`;
}
