/** What the operations of a step have in common: options, names of buffers and what they are filled with, matrices and norms. */

import { vectorsPerLoad } from '../../../shaders/formats/activations.ts';
import { formatById } from '../../../shaders/formats/index.ts';
import { type MatrixWords, wordsOfSize } from '../../../shaders/formats/tame.ts';
import type { Operation } from '../../../shaders/step.ts';
import type { Model } from '../models/model.ts';
import type { Tensor, WeightFormats } from '../models/tensors.ts';

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

export interface Plan {
  readonly model: Model;
  readonly options: StepOptions;
  /** Of each layer, the one whose weights and cache it has. */
  readonly sources: readonly number[];
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly filled: Map<string, MatrixWords['quants']>;
}

/** Constants of the arithmetic, which no time depends on: Llama 3's. */
export const EPSILON = 1e-5;
export const THETA = 5e5;

/** Norms' weights lie in [½, 2). */
const NORM_WORDS = { keep: 0x00ffffff, set: 0x3f000000 };
/** Biases are small beside what they are added to, which is of about 1; … */
const BIAS_WORDS = wordsOfSize(formatById('f32'), 1 / 4).quants;
/** … sinks are scores like others. */
export const SINK_WORDS = wordsOfSize(formatById('f32'), 1).quants;

export type Buffers = Readonly<Record<string, string>>;

export const keyOf = (layer: number | undefined, name: string): string =>
  layer === undefined ? name : `${layer} ${name}`;

/** Planes in which a vector lies that meets weights in this format. */
export const planesFor = (format: string): number => vectorsPerLoad(formatById(format), 'f32');

const hasTensor = ({ tensors }: Plan, layer: number | undefined, name: string): boolean =>
  tensors.has(keyOf(layer, name));

export function tensorOf({ tensors }: Plan, layer: number | undefined, name: string): Tensor {
  const tensor = tensors.get(keyOf(layer, name));
  if (!tensor) throw new Error(`there is no tensor ${keyOf(layer, name)}`);
  return tensor;
}

export const formatOf = (plan: Plan, layer: number | undefined, name: string): string =>
  plan.options.formats[tensorOf(plan, layer, name).kind];

/** The layer whose buffers `layer` uses. */
export const sourceOf = ({ sources }: Plan, layer: number | undefined): number | undefined =>
  layer === undefined ? layer : sources[layer];

/** Names of a matrix's buffers, which are filled, by those that a kernel gives to its planes. */
export function matrix(
  plan: Plan,
  layer: number | undefined,
  name: string,
  input: string,
): { format: string; buffers: Buffers } {
  const source = sourceOf(plan, layer);
  const tensor = tensorOf(plan, source, name);
  // A tied embedding is the head.
  const holder = tensorOf(plan, source, tensor.sharedWith ?? name);
  const format = plan.options.formats[holder.kind];
  const isLookedUp = holder.kind === 'embedding';
  const words = wordsOfSize(formatById(format), isLookedUp ? 1 : 1 / Math.sqrt(holder.columns));
  return { format, buffers: filledMatrix(plan, keyOf(source, holder.name), words, input) };
}

/** As `matrix`, of a buffer that is no tensor. */
export function filledMatrix(
  { filled }: Plan,
  buffer: string,
  { quants, scales }: MatrixWords,
  input: string,
): Buffers {
  filled.set(buffer, quants);
  if (!scales) return { [input]: buffer };
  filled.set(`${buffer} scales`, scales);
  return { [input]: buffer, [`${input}_scales`]: `${buffer} scales` };
}

/** Name of a vector's buffer, which is filled. Default: with the weights of a norm. */
export function vector(plan: Plan, layer: number | undefined, name: string, words = NORM_WORDS): string {
  const buffer = keyOf(sourceOf(plan, layer), name);
  plan.filled.set(buffer, words);
  return buffer;
}

/** Of a projection or of experts, where the model has biases for them. */
export const biasOf = (plan: Plan, layer: number | undefined, name: string): Buffers =>
  hasTensor(plan, layer, `${name} bias`) ? { bias: vector(plan, layer, `${name} bias`, BIAS_WORDS) } : {};

/** The form of a projection of two matrices or of one, with biases or without. */
export function formOf(two: 'gate-up' | 'plain', { bias }: Buffers): string {
  if (bias === undefined) return two;
  return two === 'plain' ? 'biased' : 'biased-gate-up';
}

/** What of a projection's output a matrix in `next` reads: its planes; nothing: in order. */
export const planesOf = (next: string | undefined): number => (next === undefined ? 1 : planesFor(next));

/** y = W x, and its bias; with a `next` format, y lies as weights in it read it. */
export function projection(
  plan: Plan,
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

/** The residual stream, or what becomes of it where `addend` joins it, through a norm of its own where it has one. */
export type Streams =
  | { readonly x: string }
  | { readonly x: string; readonly addend: string; readonly sum: string; readonly addend_weight?: string };

/** Of the residual stream; y lies as weights in `next` read it. */
export function norm(plan: Plan, layer: number | undefined, name: string, next: string, streams: Streams): Operation {
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
