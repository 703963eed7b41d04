/**
 * Attention of a layer, from the normed stream to the vector that joins the stream: projections, attention over the KV
 * cache and its new rows in two dispatches, and the output projection.
 *
 * MLA is absorbed (DeepSeek-V2, arXiv 2405.04434, §2.1.2): `key up` is applied to the query instead of every cached
 * latent, and `value up` after attention, so that a position is read once for all heads. Rotations are those of Llama.
 * A model's own scaling of angles or scores (YaRN, soft caps) only changes constants, and is left out.
 */

import { maxOf, minOf } from '../../../results/lists.ts';
import { formatById } from '../../../shaders/formats/index.ts';
import { wordsOfSize } from '../../../shaders/formats/tame.ts';
import { contextsOf, type KvCacheParams } from '../../../shaders/kv-cache.ts';
import type { Operation } from '../../../shaders/step.ts';
import type { GroupedAttention, LatentAttention } from '../models/model.ts';
import type { RunAttention } from '../models/runnable.ts';
import {
  type Activations,
  activationsFor,
  type BlockDraft,
  type Buffers,
  bufferOf,
  EPSILON,
  filledMatrix,
  formatOf,
  matrix,
  planesFor,
  projection,
  SINK_WORDS,
  type StepDraft,
  tensorOf,
  vector,
  type Written,
} from './plan.ts';

/** The shape of a position in the KV cache of a layer. */
export const cacheShape = (a: RunAttention): Pick<KvCacheParams, 'kvHeads' | 'headDim' | 'ropeDim'> =>
  a.kind === 'grouped'
    ? { kvHeads: a.kvHeads, headDim: a.headDim, ropeDim: 0 }
    : { kvHeads: 1, headDim: a.kvRank, ropeDim: a.ropeDim };

/** The KV cache of a layer, at the lengths of the step that is described. */
export const cacheAt = ({ options }: StepDraft, attention: RunAttention): KvCacheParams => ({
  batch: options.batch,
  context: options.context,
  shortest: options.shortest ?? options.context,
  room: options.maxSteps,
  ...cacheShape(attention),
  format: options.kv,
});

/** The KV cache of a layer with its room filled: the same memory, at the maximum lengths that pipelines must handle. */
function cacheFilled(plan: StepDraft, attention: RunAttention): KvCacheParams {
  const { context, shortest, room, ...cache } = cacheAt(plan, attention);
  return { ...cache, context: context + room, shortest: shortest + room, room: 0 };
}

/** Maximum number of positions that are attended to; 0 for all. */
export const windowOf = (a: RunAttention): number => (a.kind === 'grouped' ? (a.window ?? 0) : 0);

/**
 * Workgroups of one dispatch of attention that are enough for any GPU: about four for each of the 132 cores of an H100.
 * WebGPU does not tell how many cores there are, and a smaller GPU loses little by more workgroups than it needs.
 */
const ENOUGH_WORKGROUPS = 512;
/** Query heads that a workgroup of attention takes by default. */
const HEADS_PER_WORKGROUP = 4;
/** Positions that a split may take, the most first. Fewer would leave threads without keys. */
const SPLIT_SIZES = [256, 128, 64, 32] as const;
/**
 * Positions that a split takes where no size leaves enough workgroups. Half as many took a step of SmolLM2-135M at 256
 * positions 5 to 12 % more of the CPU's time on lavapipe, where threads that wait for each other cost most. No GPU has been
 * asked. The limit is a step: of Llama 3.1 8B, 2,016 positions have 256 workgroups, and 2,017 have 512.
 */
const SHORT_SPLIT = 64;

/**
 * Positions that a split of attention takes: as many as leave enough workgroups at the lengths of the step. Every split
 * has an output of its own, which is written and read again, so that more splits than needed cost bytes.
 */
export function positionsPerSplitOf(plan: StepDraft, a: RunAttention): number {
  const [queryHeads, kvHeads] = a.kind === 'grouped' ? [a.queryHeads, a.kvHeads] : [a.heads, 1];
  const perSplit = kvHeads * Math.ceil(queryHeads / kvHeads / HEADS_PER_WORKGROUP);
  const lengths = contextsOf(cacheAt(plan, a)).map((context) => Math.min(context, windowOf(a) || context));
  const splits = (size: number) => lengths.reduce((total, length) => total + Math.ceil(length / size), 0);
  return SPLIT_SIZES.find((size) => splits(size) * perSplit >= ENOUGH_WORKGROUPS) ?? SHORT_SPLIT;
}

/** Name of the buffer with the table of splits. Layers share one where their windows and splits are the same. */
export const splitsBuffer = (plan: StepDraft, a: RunAttention): string =>
  `splits of ${positionsPerSplitOf(plan, a)} in window ${windowOf(a)}`;

/** Name of the projection that reads the normed stream. */
export const firstProjection = (a: RunAttention): string => (a.kind === 'grouped' ? 'qkv' : 'qkv down');

/** Operations of the attention of a layer, from the normed stream `x`. */
export const attentionOperations = (
  plan: BlockDraft,
  a: RunAttention,
  layer: number,
  x: Activations,
  out: Written,
): Operation[] =>
  a.kind === 'grouped' ? groupedOperations(plan, a, layer, x, out) : latentOperations(plan, a, layer, x, out);

function groupedOperations(
  plan: BlockDraft,
  a: GroupedAttention,
  layer: number,
  normed: Activations,
  out: Written,
): Operation[] {
  const { queryHeads, headDim, headNorms = false } = a;
  const { x, planes, made } = attended(plan, layer, 'attended');
  return [
    projection(plan, layer, 'qkv', { x: normed, y: 'qkv' }),
    ...(headNorms ? [headNorm(plan, layer, a)] : []),
    ...overCache(plan, a, layer, {
      heads: { queryHeads, queryDim: headDim },
      projected: { qkv: headNorms ? 'normed qkv' : 'qkv' },
      planes,
    }),
    ...made,
    projection(plan, layer, 'output', { x, ...out }),
  ];
}

/** What the output projection reads, out of `buffer`. */
const attended = (plan: BlockDraft, layer: number, buffer: string) =>
  activationsFor(plan, buffer, {
    format: formatOf(plan, layer, 'output'),
    columns: tensorOf(plan, layer, 'output').columns,
    rows: plan.options.batch,
  });

/** Norms each head of the queries and keys by itself. */
function headNorm(plan: BlockDraft, layer: number, { queryHeads, kvHeads, headDim }: GroupedAttention): Operation {
  return {
    kernel: 'qk-norm',
    variant: 'portable',
    params: { queryHeads, kvHeads, headDim, batch: plan.options.batch, epsilon: EPSILON },
    buffers: {
      qkv: 'qkv',
      query_weight: vector(plan, layer, 'query norm'),
      key_weight: vector(plan, layer, 'key norm'),
      y: 'normed qkv',
    },
  };
}

function latentOperations(
  plan: BlockDraft,
  a: LatentAttention,
  layer: number,
  normed: Activations,
  out: Written,
): Operation[] {
  const { heads, queryRank, kvRank, nopeDim, ropeDim } = a;
  const down = tensorOf(plan, layer, 'qkv down').rows;
  const queries = heads * (nopeDim + ropeDim);
  const latentNorm = { batch: plan.options.batch, latentDim: kvRank, ropeDim, epsilon: EPSILON };
  const latents = { down: 'down', latent_weight: vector(plan, layer, 'latent norm'), latents: 'latents' };
  const absorbed = { y: 'absorbed queries', tail: ropeDim };
  const upToQueries: Operation[] =
    queryRank === undefined
      ? [
          {
            kernel: 'latent-norm',
            variant: 'portable',
            params: { ...latentNorm, form: 'latent', queryDim: queries, planes: 1 },
            buffers: latents,
          },
          headProjection(plan, layer, 'key up', { ...absorbed, x: 'down', xRow: down }),
        ]
      : [
          {
            kernel: 'latent-norm',
            variant: 'portable',
            params: {
              ...latentNorm,
              form: 'query-and-latent',
              queryDim: queryRank,
              planes: planesFor(formatOf(plan, layer, 'query up')),
            },
            buffers: { ...latents, query_weight: vector(plan, layer, 'query norm'), query: 'compressed queries' },
          },
          // Its norm is one with that of the latents, and writes f32.
          projection(plan, layer, 'query up', {
            x: { buffer: 'compressed queries', inBytes: false },
            y: 'expanded queries',
          }),
          headProjection(plan, layer, 'key up', { ...absorbed, x: 'expanded queries', xRow: queries }),
        ];
  const { x, planes, made } = attended(plan, layer, 'expanded values');
  return [
    projection(plan, layer, 'qkv down', { x: normed, y: 'down' }),
    ...upToQueries,
    ...overCache(plan, a, layer, {
      heads: { queryHeads: heads, queryDim: nopeDim + ropeDim },
      projected: { qkv: 'absorbed queries', latents: 'latents' },
      planes: 1,
    }),
    headProjection(plan, layer, 'value up', {
      ...{ x: 'attended', xRow: heads * kvRank, tail: 0, y: 'expanded values' },
      planes,
    }),
    ...made,
    projection(plan, layer, 'output', { x, ...out }),
  ];
}

/**
 * A projection of each head, y = W x. `tail` values after a head's x are copied. `xRow` is the number of values from
 * one token's x to the next's.
 */
function headProjection(
  plan: BlockDraft,
  layer: number,
  name: string,
  { x, xRow, tail, y, planes = 1 }: { x: string; xRow: number; tail: number; y: string; planes?: number },
): Operation {
  const { rows, columns, count: heads } = tensorOf(plan, layer, name);
  const { format, buffers } = matrix(plan, layer, name, 'weights');
  return {
    kernel: 'per-head-gemv',
    variant: 'portable',
    params: { heads, rows, columns, format, batch: plan.options.batch, tail, xRow, planes },
    buffers: { ...buffers, x, y },
  };
}

interface OverCache {
  readonly heads: { readonly queryHeads: number; readonly queryDim: number };
  /** Buffers with the projected queries, keys and values. */
  readonly projected: Buffers;
  /** Number of planes in which `attended` is stored, to match the weights that read it. */
  readonly planes: number;
}

/** Attends over the KV cache, and writes its new rows on the way. */
function overCache(
  plan: BlockDraft,
  a: RunAttention,
  layer: number,
  { heads, projected, planes }: OverCache,
): Operation[] {
  const { queryHeads } = heads;
  const window = windowOf(a);
  const filled = cacheFilled(plan, a);
  const at = cacheAt(plan, a);
  const { kv } = plan.options;
  const words = wordsOfSize(formatById(kv), 1);
  const cache = filledMatrix(plan, bufferOf(plan, layer, 'KV cache'), words, 'cache');
  const sinks: Buffers = a.kind === 'grouped' && a.sinks ? { sinks: vector(plan, layer, 'sinks', SINK_WORDS) } : {};
  const positionsPerSplit = positionsPerSplitOf(plan, a);
  const splitsIn = (context: number) => Math.ceil(Math.min(context, window || context) / positionsPerSplit);
  const reduction = (p: KvCacheParams) => {
    const counts = contextsOf(p).map(splitsIn);
    const [splits, fewest] = [maxOf(counts), minOf(counts)];
    const form = sinks.sinks === undefined ? 'plain' : 'sinks';
    return { batch: p.batch, splits, fewest, queryHeads, headDim: p.headDim, planes, form };
  };
  const sequences = 'next sequences';
  return [
    {
      kernel: 'attention',
      variant: 'portable',
      params: { ...filled, ...heads, window, fresh: 1 },
      counted: { ...at, ...heads, window, fresh: 1 },
      tuning: { positionsPerSplit },
      buffers: { ...cache, ...projected, turns: 'turns', sequences, partial: 'partial', lse: 'lse' },
    },
    {
      kernel: 'attention-reduce',
      variant: 'portable',
      params: reduction(filled),
      counted: reduction(at),
      buffers: { partial: 'partial', lse: 'lse', splits: splitsBuffer(plan, a), ...sinks, attended: 'attended' },
    },
  ];
}
