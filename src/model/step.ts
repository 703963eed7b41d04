/**
 * One decode step of a model, as a list of kernels over named buffers (shaders/step.ts): embedding → per layer norm,
 * QKV, rotation and KV write, attention, output, norm, gate and up, down → norm, head, argmax, whose token the next step
 * looks up. With experts, a router picks those that are read. Residual sums are made by the norm that follows them. Shapes and names of weights are those of
 * `tensors.ts`; positions are data, and grow on the GPU.
 *
 * Weights are random and tame: a matrix of K columns has values of about 1/√K, and a norm stands before it, so that what
 * it yields is of the size of its norm's weights, about 1, whatever the layer. A layer adds two such vectors to the
 * residual stream, which grows as the root of their number and is normed wherever it is read.
 */

import { vectorsPerLoad } from '../../shaders/formats/activations.ts';
import { formatById } from '../../shaders/formats/index.ts';
import { type MatrixWords, wordsOfSize } from '../../shaders/formats/tame.ts';
import { contextsOf, type KvCacheParams, sequencesOf } from '../../shaders/kv-cache.ts';
import type { Operation, Step } from '../../shaders/step.ts';
import type { ExpertsMlp, GroupedAttention, Layer, Model } from './models/model.ts';
import { type Tensor, tensorsOf, type WeightFormats } from './tensors.ts';

export interface StepOptions {
  readonly formats: WeightFormats;
  /** Format of the KV cache. */
  readonly kv: string;
  /** Tokens, one of each sequence. */
  readonly batch: number;
  /** Positions of the longest sequence, the new one included. */
  readonly context: number;
  /** Of the others at the least; how many, up to `context`, is random but fixed. Default: `context`. */
  readonly shortest?: number;
  /** Steps in one go, at most: sequences have so much room to grow. */
  readonly mostSteps: number;
  /** Layers with weights and cache of their own; the others use theirs again, kind by kind. Default: all. */
  readonly distinctLayers?: number;
  /** Positions of a split of attention. */
  readonly positionsPerSplit?: number;
}

/** Constants of the arithmetic, which no time depends on: Llama 3's. */
const EPSILON = 1e-5;
const THETA = 5e5;

/** Norms' weights lie in [½, 2). */
const NORM_WORDS = { keep: 0x00ffffff, set: 0x3f000000 };

type Buffers = Record<string, string>;

/** Everything that the operations of a step have in common. */
interface Plan {
  readonly model: Model;
  readonly options: StepOptions;
  /** Of each layer, the one whose weights and cache it has. */
  readonly sources: readonly number[];
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly filled: Map<string, MatrixWords['quants']>;
}

/** @throws RangeError where the kernels that there are cannot run the model: the rule, and the value met. */
export function stepOf(model: Model, options: StepOptions): Step {
  refuse(model, options);
  const plan: Plan = {
    model,
    options,
    sources: sourcesOf(model, options.distinctLayers ?? model.layers.length),
    tensors: new Map(tensorsOf(model).map((tensor) => [keyOf(tensor.layer, tensor.name), tensor])),
    filled: new Map(),
  };
  const operations = [
    ...beginning(plan),
    ...model.layers.flatMap((layer, index) => layerOperations(plan, layer, index)),
    ...ending(plan),
  ];
  return {
    operations,
    filled: Object.fromEntries(plan.filled),
    swapped: [['sequences', 'next sequences']],
    state: (steps) => stateBefore(plan, steps),
    results: { logits: 'f32', tokens: 'u32' },
    mostSteps: options.mostSteps,
    layers: { distinct: new Set(plan.sources).size, total: model.layers.length },
  };
}

const keyOf = (layer: number | undefined, name: string): string => (layer === undefined ? name : `${layer} ${name}`);

/** Layers of a kind share the distinct ones that there are for it, at least one, in proportion. */
function sourcesOf({ layers }: Model, distinct: number): number[] {
  const kinds = new Map<string, number[]>();
  return layers.map((layer, index) => {
    const kind = JSON.stringify(layer);
    const members = kinds.get(kind) ?? [];
    kinds.set(kind, [...members, index]);
    const all = layers.filter((other) => JSON.stringify(other) === kind).length;
    const own = Math.max(1, Math.floor((all * distinct) / layers.length));
    return members[members.length % own] ?? index;
  });
}

function refuse(
  { id, hidden, vocabulary, layers }: Model,
  { batch, context, shortest = context, formats }: StepOptions,
): void {
  const cannot = (why: string) => new RangeError(`${id} cannot be run: ${why}`);
  if (hidden % 4 !== 0 || vocabulary % 4 !== 0) {
    throw cannot(`rows are whole vectors of four; hidden is ${hidden} and the vocabulary ${vocabulary}`);
  }
  if (!(batch >= 1 && shortest >= 1 && shortest <= context)) {
    throw cannot(
      `batch and shortest must be at least 1, shortest at most context; got ${batch}, ${shortest}, ${context}`,
    );
  }
  for (const { attention, mlp, outputNorms } of layers) {
    if (attention.kind !== 'grouped') throw cannot(`there is no step for ${attention.kind} attention yet`);
    const { qkvBias, outputBias, sinks } = attention;
    const ofExperts = mlp.kind === 'experts' && { routerBias: mlp.routerBias, sharedFfn: mlp.sharedFfn };
    const extras = { qkvBias, outputBias, sinks, outputNorms, biases: mlp.biases, ...ofExperts };
    if (mlp.kind === 'experts' && planesFor(formats.router) !== planesFor(formats.expert)) {
      throw cannot(
        `router and experts read one vector, and must be in formats of as many bits; got ${formats.router} and ${formats.expert}`,
      );
    }
    const extra = Object.entries(extras).find(([, has]) => has);
    if (extra) throw cannot(`there is no kernel for its ${extra[0]} yet`);
  }
  const caches = new Set(layers.map(({ attention: a }) => (a.kind === 'grouped' ? `${a.kvHeads} × ${a.headDim}` : '')));
  if (caches.size > 1) throw cannot(`KV caches of all layers must have one shape; got ${[...caches].join(' and ')}`);
}

/** Planes in which a vector lies that meets weights in this format. */
const planesFor = (format: string): number => vectorsPerLoad(formatById(format), 'f32');

/** The KV cache of a layer, at the step's own lengths; … */
const cacheAt = ({ options }: Plan, { kvHeads, headDim }: GroupedAttention): KvCacheParams => ({
  batch: options.batch,
  context: options.context,
  shortest: options.shortest ?? options.context,
  room: options.mostSteps,
  kvHeads,
  headDim,
  ropeDim: 0,
  format: options.kv,
});

/** … and with its room filled: the same memory, and what pipelines must be able to do. */
function cacheFilled(plan: Plan, attention: GroupedAttention): KvCacheParams {
  const { context, shortest, room, ...cache } = cacheAt(plan, attention);
  return { ...cache, context: context + room, shortest: shortest + room, room: 0 };
}

/** Names of a matrix's buffers, which are filled, by those that a kernel gives to its planes. */
function matrix(
  plan: Plan,
  layer: number | undefined,
  name: string,
  input: string,
): { format: string; buffers: Buffers } {
  const source = layer === undefined ? layer : plan.sources[layer];
  const tensor = tensorOf(plan, source, name);
  // A tied embedding is the head.
  const holder = tensorOf(plan, source, tensor.sharedWith ?? name);
  const format = plan.options.formats[holder.kind];
  const isLookedUp = holder.kind === 'embedding';
  const words = wordsOfSize(formatById(format), isLookedUp ? 1 : 1 / Math.sqrt(holder.columns));
  const buffer = keyOf(source, holder.name);
  plan.filled.set(buffer, words.quants);
  if (!words.scales) return { format, buffers: { [input]: buffer } };
  plan.filled.set(`${buffer} scales`, words.scales);
  return { format, buffers: { [input]: buffer, [`${input}_scales`]: `${buffer} scales` } };
}

function tensorOf({ tensors }: Plan, layer: number | undefined, name: string): Tensor {
  const tensor = tensors.get(keyOf(layer, name));
  if (!tensor) throw new Error(`there is no tensor ${keyOf(layer, name)}`);
  return tensor;
}

const formatOf = (plan: Plan, layer: number | undefined, name: string): string =>
  plan.options.formats[tensorOf(plan, layer, name).kind];

/** y = W x; with a `next` format, y lies as weights in it read it. */
function projection(
  plan: Plan,
  layer: number | undefined,
  name: string,
  { x, y, next, form = 'plain' }: { x: string; y: string; next?: string; form?: 'plain' | 'gate-up' },
): Operation {
  const { rows, columns } = tensorOf(plan, layer, name);
  const { format, buffers } = matrix(plan, layer, name, 'weights');
  const planes = next === undefined ? 1 : planesFor(next);
  const { batch } = plan.options;
  return {
    kernel: 'gemv',
    variant: 'portable',
    params: { rows: form === 'gate-up' ? rows / 2 : rows, columns, format, batch, form, planes },
    buffers: { ...buffers, x, y },
  };
}

/** Name of the buffer of a norm's weights, which is filled. */
function vector(plan: Plan, layer: number | undefined, name: string): string {
  const buffer = keyOf(layer === undefined ? layer : plan.sources[layer], name);
  plan.filled.set(buffer, NORM_WORDS);
  return buffer;
}

/** Of the residual stream `x`, or of what `addend` makes of it, which then is `sum`. */
function norm(
  plan: Plan,
  layer: number | undefined,
  name: string,
  next: string,
  streams: { x: string } | { x: string; addend: string; sum: string },
): Operation {
  const form = 'addend' in streams ? 'residual' : 'plain';
  const { columns } = tensorOf(plan, layer, name);
  return {
    kernel: 'rms-norm',
    variant: 'portable',
    params: { batch: plan.options.batch, columns, epsilon: EPSILON, planes: planesFor(next), form },
    buffers: { ...streams, weight: vector(plan, layer, name), y: 'normed' },
  };
}

/** One table of the splits for each window that the model has. */
const splitsBuffer = ({ window = 0 }: GroupedAttention): string => `splits of window ${window}`;

const positionsPerSplitOf = ({ options }: Plan): number => options.positionsPerSplit ?? 256;

const groupedAttentions = ({ layers }: Model): GroupedAttention[] =>
  layers.flatMap(({ attention }) => (attention.kind === 'grouped' ? [attention] : []));

function beginning(plan: Plan): Operation[] {
  const { model, options } = plan;
  const { hidden, vocabulary } = model;
  const { format, buffers } = matrix(plan, undefined, 'embedding', 'embedding');
  const attentions = groupedAttentions(model);
  const [first] = attentions;
  if (!first) return [];
  const ofWindows = [...new Map(attentions.map((a) => [a.window, a])).values()];
  return [
    {
      kernel: 'embedding-row',
      variant: 'portable',
      params: { batch: options.batch, vocabulary, columns: hidden, format, seed: 1 },
      buffers: { ...buffers, ids: 'tokens', y: 'stream' },
    },
    // Each writes the same sequences, and the splits of its window.
    ...ofWindows.map((a) => ({
      kernel: 'advance',
      variant: 'portable',
      params: { ...cacheAt(plan, a), window: a.window ?? 0, positionsPerSplit: positionsPerSplitOf(plan) },
      buffers: { before: 'sequences', sequences: 'next sequences', splits: splitsBuffer(a) },
    })),
    {
      kernel: 'rope-turns',
      variant: 'portable',
      params: { ...cacheAt(plan, first), theta: THETA },
      buffers: { sequences: 'next sequences', near: 'near angles', far: 'far angles', turns: 'turns' },
    },
    norm(plan, 0, 'attention norm', formatOf(plan, 0, 'qkv'), { x: 'stream' }),
  ];
}

function layerOperations(plan: Plan, { attention, mlp }: Layer, layer: number): Operation[] {
  if (attention.kind !== 'grouped') return [];
  const isLast = layer === plan.model.layers.length - 1;
  const follower = isLast
    ? norm(plan, undefined, 'final norm', formatOf(plan, undefined, 'head'), MLP_JOINS)
    : norm(plan, layer + 1, 'attention norm', formatOf(plan, layer + 1, 'qkv'), MLP_JOINS);
  return [
    ...attentionOperations(plan, attention, layer),
    ...(mlp.kind === 'dense' ? denseOperations(plan, layer) : expertsOperations(plan, mlp, layer)),
    follower,
  ];
}

function denseOperations(plan: Plan, layer: number): Operation[] {
  const next = formatOf(plan, layer, 'down');
  return [
    norm(plan, layer, 'mlp norm', formatOf(plan, layer, 'gate and up'), ATTENTION_JOINS),
    projection(plan, layer, 'gate and up', { x: 'normed', y: 'gated', next, form: 'gate-up' }),
    projection(plan, layer, 'down', { x: 'gated', y: 'delta' }),
  ];
}

/** The router decides on the GPU which experts are read: each pick is a pair of its own, whoever else picked alike. */
function expertsOperations(plan: Plan, { experts, active, ffn }: ExpertsMlp, layer: number): Operation[] {
  const { batch } = plan.options;
  const { hidden } = plan.model;
  const picked = (name: string, x: string, y: string, of: 'tokens' | 'pairs', next?: string): Operation => {
    const { format, buffers } = matrix(plan, layer, name, 'weights');
    const form = of === 'tokens' ? 'gate-up' : 'plain';
    const [rows, columns] = of === 'tokens' ? [ffn, hidden] : [hidden, ffn];
    const planes = next === undefined ? 1 : planesFor(next);
    const shape = { experts, active, rows, columns, format, batch, form, seed: 1, of, order: 'pairs', planes };
    return { kernel: 'moe-gemv', variant: 'portable', params: shape, buffers: { ...buffers, x, y, tiles: 'tiles' } };
  };
  return [
    norm(plan, layer, 'mlp norm', formatOf(plan, layer, 'expert gate and up'), ATTENTION_JOINS),
    projection(plan, layer, 'router', { x: 'normed', y: 'router logits' }),
    {
      kernel: 'route',
      variant: 'portable',
      params: { batch, experts, active },
      buffers: { logits: 'router logits', tiles: 'tiles', shares: 'shares' },
    },
    picked('expert gate and up', 'normed', 'gated', 'tokens', formatOf(plan, layer, 'expert down')),
    picked('expert down', 'gated', 'expert outputs', 'pairs'),
    {
      kernel: 'combine-experts',
      variant: 'portable',
      params: { batch, active, columns: hidden },
      buffers: { parts: 'expert outputs', shares: 'shares', y: 'delta' },
    },
  ];
}

/** The residual stream goes back and forth between two buffers. */
const ATTENTION_JOINS = { x: 'stream', addend: 'delta', sum: 'stream within a layer' };
const MLP_JOINS = { x: 'stream within a layer', addend: 'delta', sum: 'stream' };

function attentionOperations(plan: Plan, a: GroupedAttention, layer: number): Operation[] {
  const { queryHeads, kvHeads, headDim, window = 0, headNorms = false } = a;
  const filled = cacheFilled(plan, a);
  const at = cacheAt(plan, a);
  const cache = keyOf(plan.sources[layer], 'KV cache');
  const words = wordsOfSize(formatById(plan.options.kv), 1);
  plan.filled.set(cache, words.quants);
  if (words.scales) plan.filled.set(`${cache} scales`, words.scales);
  const cacheBuffers: Buffers = { cache, ...(words.scales && { cache_scales: `${cache} scales` }) };
  const positionsPerSplit = positionsPerSplitOf(plan);
  const splitsIn = (context: number) => Math.ceil(Math.min(context, window || context) / positionsPerSplit);
  const reduction = (p: KvCacheParams) => {
    const counts = contextsOf(p).map(splitsIn);
    const [splits, fewest] = [Math.max(...counts), Math.min(...counts)];
    const planes = planesFor(formatOf(plan, layer, 'output'));
    return { batch: p.batch, splits, fewest, queryHeads, headDim, planes };
  };
  const sequences = 'next sequences';
  return [
    projection(plan, layer, 'qkv', { x: 'normed', y: 'qkv' }),
    ...(headNorms ? [headNorm(plan, layer, { queryHeads, kvHeads, headDim })] : []),
    {
      kernel: 'rope-kv-write',
      variant: 'portable',
      params: { ...filled, queryHeads, theta: THETA },
      buffers: {
        qkv: headNorms ? 'normed qkv' : 'qkv',
        turns: 'turns',
        sequences,
        queries: 'queries',
        ...cacheBuffers,
      },
    },
    {
      kernel: 'attention',
      variant: 'portable',
      params: { ...filled, queryHeads, window },
      counted: { ...at, queryHeads, window },
      tuning: { positionsPerSplit },
      buffers: { ...cacheBuffers, queries: 'queries', sequences, partial: 'partial', lse: 'lse' },
    },
    {
      kernel: 'attention-reduce',
      variant: 'portable',
      params: reduction(filled),
      counted: reduction(at),
      buffers: { partial: 'partial', lse: 'lse', splits: splitsBuffer(a), attended: 'attended' },
    },
    projection(plan, layer, 'output', { x: 'attended', y: 'delta' }),
  ];
}

/** Of queries and keys, each head by itself. */
function headNorm(
  plan: Plan,
  layer: number,
  heads: { readonly queryHeads: number; readonly kvHeads: number; readonly headDim: number },
): Operation {
  return {
    kernel: 'head-norm',
    variant: 'portable',
    params: { ...heads, batch: plan.options.batch, epsilon: EPSILON },
    buffers: {
      qkv: 'qkv',
      query_weight: vector(plan, layer, 'query norm'),
      key_weight: vector(plan, layer, 'key norm'),
      y: 'normed qkv',
    },
  };
}

function ending(plan: Plan): Operation[] {
  const { vocabulary } = plan.model;
  return [
    projection(plan, undefined, 'head', { x: 'normed', y: 'logits' }),
    {
      kernel: 'argmax',
      variant: 'portable',
      params: { batch: plan.options.batch, vocabulary, mantissaBits: 23 },
      buffers: { logits: 'logits', largest: 'tokens' },
    },
  ];
}

/**
 * Tokens, and the sequences as they are before the first of so many steps, the middle one of which is the step
 * described. Short sequences start from nothing, and their mean is longer.
 */
function stateBefore(plan: Plan, steps: number): Record<string, Uint32Array<ArrayBuffer>> {
  const { model, options } = plan;
  const { batch, mostSteps } = options;
  if (steps > mostSteps) throw new RangeError(`there is room for ${mostSteps} steps at the most; got ${steps}`);
  const apart = Math.floor(model.vocabulary / (batch + 1));
  const [attention] = groupedAttentions(model);
  const sequences = attention ? sequencesOf(cacheAt(plan, attention)) : [];
  const before = (context: number) => Math.max(0, context - 1 - Math.floor((steps - 1) / 2));
  return {
    tokens: Uint32Array.from({ length: batch }, (_, token) => (token + 1) * apart),
    sequences: Uint32Array.from(
      sequences.flatMap(({ context, firstRow, rowsPerHead }) => [before(context), firstRow, rowsPerHead]),
    ),
  };
}
