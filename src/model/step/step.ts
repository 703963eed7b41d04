/**
 * One decode step of a model, as blocks of kernels over named buffers (shaders/step.ts): embedding → for each layer
 * norm, attention (attention.ts), norm, MLP (mlp.ts) → norm, head, argmax, whose token the next step looks up. A norm
 * also makes the residual sum before it, and in Gemma norms what joins the stream. Shapes and names of weights are
 * those of `models/tensors.ts`. Positions are data, and grow on the GPU.
 *
 * Weights are random, and sized so that values stay near 1 in every layer: a matrix of K columns has values of about
 * 1/√K, and reads the output of a norm. A layer adds two such vectors to the residual stream, which therefore grows as
 * the root of their number, and is normed wherever it is read. Models' own factors of embeddings, shares or logits are
 * left out.
 */

import { sequencesOf } from '../../../shaders/kv-cache.ts';
import type { Block, Operation, Section, Step } from '../../../shaders/step.ts';
import type { Model } from '../models/model.ts';
import { type RunAttention, type RunLayer, runnable, withoutKernels } from '../models/runnable.ts';
import {
  attentionOperations,
  cacheAt,
  cacheShape,
  firstProjection,
  positionsPerSplitOf,
  splitsBuffer,
  windowOf,
} from './attention.ts';
import { kindsOf } from './kinds.ts';
import { mlpOperations, readerFormats } from './mlp.ts';
import {
  type ActivationType,
  type BlockDraft,
  canJoin,
  formatOf,
  matrix,
  norm,
  normedFor,
  planesFor,
  projection,
  type StepDraft,
  type StepOptions,
  type Streams,
  THETA,
  vector,
  type Written,
} from './plan.ts';

export type { ActivationType, StepOptions };

/**
 * Composes the decode step of a model.
 * @throws RangeError for a model or lengths that the kernels cannot run, with the rule and the value met
 */
export function stepOf(model: Model, options: StepOptions): Step {
  const run = runnable(model);
  const plan: StepDraft = { model: run, kinds: kindsOf(run), options };
  refuse(plan);
  const total = model.layers.length;
  return {
    sections: [
      { block: blockOf(plan, 0, beginning), layers: [0] },
      ...layerSections(plan),
      { block: blockOf(plan, 0, ending), layers: [] },
    ],
    swapped: [['sequences', 'next sequences']],
    state: (steps) => stateBefore(plan, steps),
    results: { logits: 'f32', tokens: 'u32' },
    maxSteps: centredSteps(plan),
    layers: { distinct: total, total },
    alike: plan.kinds.alike,
  };
}

function blockOf(plan: StepDraft, first: number, operations: (draft: BlockDraft) => Operation[]): Block {
  const draft = { ...plan, first, filled: new Map() };
  return { operations: operations(draft), filled: Object.fromEntries(draft.filled) };
}

/**
 * The layers. A block ends with the norm of the next layer, and begins with what the layer before left of its own, so it
 * stands for all of a kind before those of a kind, where that is the same.
 */
function layerSections(plan: StepDraft): Section[] {
  const { model, kinds } = plan;
  const blocks = new Map<string, Block>();
  return model.layers.map((layer, index) => {
    const key = [kinds.of[index], kinds.of[index + 1], isAttentionNormJoined(plan, index)].join(' ');
    const block = blocks.get(key) ?? blockOf(plan, index, (draft) => layerOperations(draft, layer, index));
    blocks.set(key, block);
    return { block, layers: index + 1 < model.layers.length ? [index, index + 1] : [index] };
  });
}

function refuse({ model, kinds, options }: StepDraft): void {
  const { id, hidden, vocabulary } = model;
  const { batch, context, shortest = context, formats } = options;
  const cannot = (why: string) => new RangeError(`${id} cannot be run: ${why}`);
  if (hidden % 4 !== 0 || vocabulary % 4 !== 0) {
    throw cannot(`hidden and vocabulary must be multiples of 4; got ${hidden} and ${vocabulary}`);
  }
  if (!(batch >= 1 && shortest >= 1 && shortest <= context)) {
    throw cannot(
      `batch and shortest must be at least 1, and shortest at most context; got ${batch}, ${shortest}, ${context}`,
    );
  }
  for (const { mlp } of kinds.layers) {
    if (mlp.kind === 'dense') continue;
    const readers = mlp.sharedFfn === undefined ? (['router'] as const) : (['router', 'projection'] as const);
    const other = readers
      .map((kind) => formats[kind])
      .find((format) => planesFor(format) !== planesFor(formats.expert));
    if (other !== undefined) {
      throw cannot(
        `router and experts read one vector, and their formats must have equally many bits; got ${other} and ${formats.expert}`,
      );
    }
  }
  const caches = new Set(kinds.layers.map(({ attention }) => Object.values(cacheShape(attention)).join(' × ')));
  if (caches.size > 1) {
    throw cannot(`KV caches of all layers must have one shape; got ${[...caches].join(' and ')}`);
  }
}

function beginning(plan: BlockDraft): Operation[] {
  const { model, kinds, options } = plan;
  const { hidden, vocabulary } = model;
  const { format, buffers } = matrix(plan, undefined, 'embedding', 'embedding');
  const attentions = kinds.layers.map(({ attention }) => attention);
  const [first] = attentions;
  if (!first) return [];
  const ofSplits = [...new Map(attentions.map((a) => [splitsBuffer(plan, a), a])).values()];
  return [
    {
      kernel: 'embedding-row',
      variant: 'portable',
      params: { batch: options.batch, vocabulary, columns: hidden, format, seed: 1 },
      buffers: { ...buffers, ids: 'tokens', y: 'stream' },
    },
    // Each of them writes the same sequences, and splits of its own.
    ...ofSplits.map((a) => ({
      kernel: 'advance-sequences',
      variant: 'portable',
      params: { ...cacheAt(plan, a), window: windowOf(a), positionsPerSplit: positionsPerSplitOf(plan, a) },
      buffers: { before: 'sequences', sequences: 'next sequences', splits: splitsBuffer(plan, a) },
    })),
    {
      kernel: 'rope-turns',
      variant: 'portable',
      params: { ...cacheAt(plan, first), theta: THETA },
      buffers: { sequences: 'next sequences', near: 'near angles', far: 'far angles', turns: 'turns' },
    },
    attentionNorm(plan, first, 0, { x: 'stream' }),
  ];
}

const attentionNorm = (plan: BlockDraft, attention: RunAttention, layer: number, streams: Streams): Operation =>
  norm(plan, layer, 'attention norm', [formatOf(plan, layer, firstProjection(attention))], streams);

function layerOperations(
  plan: BlockDraft,
  { attention, mlp, outputNorms = false }: RunLayer,
  layer: number,
): Operation[] {
  const next = plan.model.layers[layer + 1];
  const joining = (streams: Streams, name: string): Streams =>
    outputNorms ? { ...streams, addend_weight: vector(plan, layer, name) } : streams;
  const mlpJoins = joining(MLP_JOINS, 'mlp output norm');
  const attentionFormats = [formatOf(plan, layer, firstProjection(attention))] as const;
  const mlpFormats = readerFormats(plan, mlp, layer);
  const leavesMlpNorm = isMlpNormJoined(plan, layer);
  const leavesNextNorm = isAttentionNormJoined(plan, layer + 1);
  const mlpNorm = () => norm(plan, layer, 'mlp norm', mlpFormats, joining(ATTENTION_JOINS, 'attention output norm'));
  const nextNorm = () =>
    next
      ? attentionNorm(plan, next.attention, layer + 1, mlpJoins)
      : norm(plan, undefined, 'final norm', [formatOf(plan, undefined, 'head')], mlpJoins);
  const attentionOut = leavesMlpNorm ? joined(plan, layer, 'mlp norm', mlpFormats[0], ATTENTION_JOINS) : DELTA;
  const mlpOut =
    next && leavesNextNorm
      ? joined(plan, layer + 1, 'attention norm', formatOf(plan, layer + 1, firstProjection(next.attention)), MLP_JOINS)
      : DELTA;
  const x = (formats: readonly string[], unscaled: boolean) => ({ ...normedFor(plan, formats), unscaled });
  return [
    ...attentionOperations(
      plan,
      attention,
      layer,
      x(attentionFormats, isAttentionNormJoined(plan, layer)),
      attentionOut,
    ),
    ...(leavesMlpNorm ? [] : [mlpNorm()]),
    ...mlpOperations(plan, mlp, layer, x(mlpFormats, leavesMlpNorm), mlpOut),
    ...(leavesNextNorm ? [] : [nextNorm()]),
  ];
}

const DELTA: Written = { y: 'delta' };

/** The norms of a step that projections can take the place of; none of a model that no kernels run. */
export function joinedNorms(model: Model, options: StepOptions): number {
  if (withoutKernels(model) !== undefined) return 0;
  const run = runnable(model);
  const plan: StepDraft = { model: run, kinds: kindsOf(run), options: { ...options, activations: 'f32-joined' } };
  return run.layers.reduce(
    (norms, _, layer) => norms + Number(isMlpNormJoined(plan, layer)) + Number(isAttentionNormJoined(plan, layer)),
    0,
  );
}

/** Whether the projections beside the norm before a layer's MLP take its place: those of its attention and its dense MLP. */
function isMlpNormJoined(plan: StepDraft, layer: number): boolean {
  const own = plan.model.layers[layer];
  if (own?.mlp.kind !== 'dense' || own.outputNorms) return false;
  return canJoin(plan, readerFormats(plan, own.mlp, layer)[0]);
}

/** Whether the projections beside the norm before a layer's attention take its place: those of a dense MLP before it, and its own. */
function isAttentionNormJoined(plan: StepDraft, layer: number): boolean {
  const [before, own] = [plan.model.layers[layer - 1], plan.model.layers[layer]];
  if (before?.mlp.kind !== 'dense' || before.outputNorms || !own) return false;
  return canJoin(plan, formatOf(plan, layer, firstProjection(own.attention)));
}

/** Where a projection writes that joins the stream before a norm, whose output weights in `format` read. */
const joined = (
  plan: BlockDraft,
  layer: number,
  name: string,
  format: string,
  { x, sum }: typeof MLP_JOINS,
): Written => ({
  ...{ y: 'normed', planes: planesFor(format) },
  joins: { stream: x, norm_weight: vector(plan, layer, name), sum },
});

/** Buffers where attention joins the residual stream, which alternates between two buffers. */
const ATTENTION_JOINS = { x: 'stream', addend: 'delta', sum: 'stream within a layer' };
/** Buffers where the MLP joins the residual stream. */
const MLP_JOINS = { x: 'stream within a layer', addend: 'delta', sum: 'stream' };

function ending(plan: BlockDraft): Operation[] {
  const { vocabulary } = plan.model;
  return [
    projection(plan, undefined, 'head', { x: normedFor(plan, [formatOf(plan, undefined, 'head')]), y: 'logits' }),
    {
      kernel: 'argmax',
      variant: 'portable',
      params: { batch: plan.options.batch, vocabulary, mantissaBits: 23 },
      buffers: { logits: 'logits', largest: 'tokens' },
    },
  ];
}

/** Maximum share of their mean context by which the sequences of a region may be too long on average. */
const MAX_OFF_CENTRE = 0.01;

const contextsIn = (plan: StepDraft) => {
  const [first] = plan.model.layers;
  return first ? sequencesOf(cacheAt(plan, first.attention)) : [];
};

/** How far before its own position a sequence would begin a region of `steps` steps to be centred on it. */
const stepsBefore = (steps: number): number => Math.floor((steps - 1) / 2);

/**
 * The longest region of steps, up to `maxSteps`, that is centred on the contexts of its sequences. A sequence of 8
 * positions cannot begin 31 before: regions of equal lengths hold at most twice as many steps as positions.
 */
function centredSteps(plan: StepDraft): number {
  const sequences = contextsIn(plan);
  const total = sequences.reduce((sum, { context }) => sum + context, 0);
  let steps = plan.options.maxSteps;
  const missing = () =>
    sequences.reduce((sum, { context }) => sum + Math.max(0, stepsBefore(steps) - (context - 1)), 0);
  // A region of two steps begins at the position itself.
  while (steps > 2 && missing() > MAX_OFF_CENTRE * total) steps--;
  return steps;
}

/**
 * The data before the first of `steps` steps: tokens, and the positions of each sequence. The middle one of these steps
 * has the contexts of the plan. Among sequences of mixed lengths, one that is too short for that starts empty.
 */
function stateBefore(plan: StepDraft, steps: number): Record<string, Uint32Array<ArrayBuffer>> {
  const { model, options } = plan;
  const { batch, maxSteps } = options;
  if (steps > maxSteps)
    throw new RangeError(`steps must be at most ${maxSteps}, for which there is room; got ${steps}`);
  const apart = Math.floor(model.vocabulary / (batch + 1));
  const before = (context: number) => Math.max(0, context - 1 - stepsBefore(steps));
  return {
    tokens: Uint32Array.from({ length: batch }, (_, token) => (token + 1) * apart),
    sequences: Uint32Array.from(
      contextsIn(plan).flatMap(({ context, firstRow, rowsPerHead }) => [before(context), firstRow, rowsPerHead]),
    ),
  };
}
