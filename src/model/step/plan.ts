/** Parts that the blocks of a step share: options, names and contents of buffers, projections and norms. */

import { vectorsPerLoad } from '../../../shaders/formats/activations.ts';
import { formatById } from '../../../shaders/formats/index.ts';
import { type MatrixWords, wordsOfSize } from '../../../shaders/formats/tame.ts';
import type { Operation } from '../../../shaders/step.ts';
import type { Model } from '../models/model.ts';
import type { Part, WeightFormats } from '../models/tensors.ts';
import type { Kinds } from './kinds.ts';

export interface StepOptions {
  readonly formats: WeightFormats;
  /** Number format of the KV cache. */
  readonly kv: string;
  /** Number of sequences; a step makes one token of each. */
  readonly batch: number;
  /** Positions of the longest sequence, the new one included. */
  readonly context: number;
  /**
   * Minimum positions of the other sequences, whose lengths up to `context` are random but fixed. Default: `context`.
   */
  readonly shortest?: number;
  /** Maximum steps in a row. Sequences have room to grow by as many positions. */
  readonly maxSteps: number;
  /** Positions that a split of attention takes. Default: 256. */
  readonly positionsPerSplit?: number;
}

export interface StepDraft {
  readonly model: Model;
  readonly kinds: Kinds;
  readonly options: StepOptions;
}

/** A block while it is composed. */
export interface BlockDraft extends StepDraft {
  /** The index of the first layer whose buffers it uses. It is one of all layers that the block stands for. */
  readonly first: number;
  /** The words that each buffer is filled with, by its name in the block. It grows while operations are composed. */
  readonly filled: Map<string, MatrixWords['quants']>;
}

/** Epsilon of the norms, as in Llama 3. No time depends on it. */
export const EPSILON = 1e-5;
/** Base of the rotary angles, as in Llama 3. No time depends on it. */
export const THETA = 5e5;

/** Words of norms' weights, which lie in [½, 2). */
const NORM_WORDS = { keep: 0x00ffffff, set: 0x3f000000 };
/** Words of biases, which are small beside the values of about 1 that they are added to. */
const BIAS_WORDS = wordsOfSize(formatById('f32'), 1 / 4).quants;
/** Words of sinks, which are scores of about 1. */
export const SINK_WORDS = wordsOfSize(formatById('f32'), 1).quants;

export type Buffers = Readonly<Record<string, string>>;

/** The name in its block of a buffer of a layer, or of one outside the layers. */
export const bufferOf = ({ first }: BlockDraft, layer: number | undefined, name: string): string =>
  layer === undefined ? name : `{${layer - first}} ${name}`;

/** Number of planes in which a vector is stored that weights in this format read. */
export const planesFor = (format: string): number => vectorsPerLoad(formatById(format), 'f32');

const hasTensor = ({ kinds }: StepDraft, layer: number | undefined, name: string): boolean =>
  kinds.tensors(layer).has(name);

export function tensorOf({ kinds }: StepDraft, layer: number | undefined, name: string): Part {
  const tensor = kinds.tensors(layer).get(name);
  if (!tensor) throw new Error(`the model has no tensor ${name}${layer === undefined ? '' : ` in layer ${layer}`}`);
  return tensor;
}

export const formatOf = (plan: StepDraft, layer: number | undefined, name: string): string =>
  plan.options.formats[tensorOf(plan, layer, name).kind];

/** Fills a matrix's buffers, and returns its format and the buffers' names by the names of the kernel's inputs. */
export function matrix(
  plan: BlockDraft,
  layer: number | undefined,
  name: string,
  input: string,
): { format: string; buffers: Buffers } {
  const tensor = tensorOf(plan, layer, name);
  // A tied embedding uses the head's buffer.
  const holder = tensorOf(plan, layer, tensor.sharedWith ?? name);
  const format = plan.options.formats[holder.kind];
  const isLookedUp = holder.kind === 'embedding';
  const words = wordsOfSize(formatById(format), isLookedUp ? 1 : 1 / Math.sqrt(holder.columns));
  return { format, buffers: filledMatrix(plan, bufferOf(plan, layer, holder.name), words, input) };
}

/** Fills the buffers of a matrix with `words`, and returns their names by the names of the kernel's inputs. */
export function filledMatrix(
  { filled }: BlockDraft,
  buffer: string,
  { quants, scales }: MatrixWords,
  input: string,
): Buffers {
  filled.set(buffer, quants);
  if (!scales) return { [input]: buffer };
  filled.set(`${buffer} scales`, scales);
  return { [input]: buffer, [`${input}_scales`]: `${buffer} scales` };
}

/** Fills a vector's buffer, by default with the weights of a norm, and returns its name. */
export function vector(plan: BlockDraft, layer: number | undefined, name: string, words = NORM_WORDS): string {
  const buffer = bufferOf(plan, layer, name);
  plan.filled.set(buffer, words);
  return buffer;
}

/** The bias of a projection or of experts as an input; empty where the model has none. */
export const biasOf = (plan: BlockDraft, layer: number | undefined, name: string): Buffers =>
  hasTensor(plan, layer, `${name} bias`) ? { bias: vector(plan, layer, `${name} bias`, BIAS_WORDS) } : {};

/** The kernel's form of a projection: of one matrix or of gate and up, with biases or without. */
export function formOf(two: 'gate-up' | 'plain', { bias }: Buffers): string {
  if (bias === undefined) return two;
  return two === 'plain' ? 'biased' : 'biased-gate-up';
}

/** Number of planes in which an output is stored for weights in `next`; 1 (row order) without them. */
export const planesOf = (next: string | undefined): number => (next === undefined ? 1 : planesFor(next));

/** A projection y = W x, with its bias if it has one. `next` is the format of the weights that read y. */
export function projection(
  plan: BlockDraft,
  layer: number | undefined,
  name: string,
  { x, y, next, form = 'plain' }: { x: string; y: string; next?: string; form?: 'plain' | 'gate-up' },
): Operation {
  const { rows, columns } = tensorOf(plan, layer, name);
  const { format, buffers } = matrix(plan, layer, name, 'weights');
  const bias = biasOf(plan, layer, name);
  const shape = { rows: form === 'gate-up' ? rows / 2 : rows, columns, format, batch: plan.options.batch };
  return {
    kernel: 'gemv',
    variant: 'portable',
    params: { ...shape, form: formOf(form, bias), planes: planesOf(next) },
    buffers: { ...buffers, ...bias, x, y },
  };
}

/**
 * Inputs of a norm: the residual stream, or the stream and an `addend` that joins it, normed by `addend_weight` if
 * present.
 */
export type Streams =
  | { readonly x: string }
  | { readonly x: string; readonly addend: string; readonly sum: string; readonly addend_weight?: string };

/** A norm of the residual stream. `next` is the format of the weights that read its output. */
export function norm(
  plan: BlockDraft,
  layer: number | undefined,
  name: string,
  next: string,
  streams: Streams,
): Operation {
  const joined = 'addend_weight' in streams ? 'normed-residual' : 'residual';
  const { columns } = tensorOf(plan, layer, name);
  const form = 'addend' in streams ? joined : 'plain';
  return {
    kernel: 'rms-norm',
    variant: 'portable',
    params: { batch: plan.options.batch, columns, epsilon: EPSILON, planes: planesFor(next), form },
    buffers: { ...streams, weight: vector(plan, layer, name), y: 'normed' },
  };
}
