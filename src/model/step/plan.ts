/** Parts that the blocks of a step share: options, names and contents of buffers, projections and norms. */

import { vectorsPerLoad } from '../../../shaders/formats/activations.ts';
import { hasArithmetic } from '../../../shaders/formats/format.ts';
import { formatById } from '../../../shaders/formats/index.ts';
import { type MatrixWords, wordsOfSize } from '../../../shaders/formats/tame.ts';
import type { Operation, StepWay } from '../../../shaders/step.ts';
import type { RunModel } from '../models/runnable.ts';
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
  /** Default: `f32`. */
  readonly activations?: ActivationType;
}

/**
 * What projections multiply: f32, or bytes by integer dot products, for weights in formats that have bytes. Norms make
 * bytes themselves (`i8-after-norms`); all other activations take a dispatch more to become bytes (`i8`). In `f32-joined`,
 * dense projections take the place of the norms between them, which spares a dispatch for each.
 */
export type ActivationType = 'f32' | StepWay['activations'];

/** A vector that projections read. Bytes have a buffer of scales beside them. */
export interface Activations {
  readonly buffer: string;
  readonly inBytes: boolean;
  /** Whether it is yet to be scaled, with sums of squares behind it. Default: it is not */
  readonly unscaled?: boolean;
}

export interface StepDraft {
  readonly model: RunModel;
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
export const planesFor = (format: string, { inBytes } = IN_F32): number =>
  vectorsPerLoad(formatById(format), inBytes ? 'i8' : 'f32');

const IN_F32 = { inBytes: false };

/** Whether integer dot products can multiply weights in this format. */
export const hasBytes = (format: string): boolean => hasArithmetic(formatById(format), 'i8');

/** The normed stream, for weights in these formats. */
export const normedFor = (
  { options: { activations = 'f32' } }: StepDraft,
  readers: readonly string[],
): Activations => ({
  buffer: 'normed',
  inBytes: (activations === 'i8-after-norms' || activations === 'i8') && readers.every(hasBytes),
});

/** The number of values that a word of bytes holds: rows in f32 are read in vectors of as many. */
const BYTES_PER_WORD = 4;

/**
 * The activations in `buffer`, `columns` to a row, for weights in `format`, with the operations that make them: none if
 * they stay f32. Then the operation that writes the buffer writes the planes of the format, and otherwise row order.
 */
export function activationsFor(
  { options: { activations = 'f32' } }: StepDraft,
  buffer: string,
  { format, columns, rows }: { readonly format: string; readonly columns: number; readonly rows: number },
): { readonly x: Activations; readonly planes: number; readonly made: readonly Operation[] } {
  if (activations !== 'i8' || !hasBytes(format) || columns % BYTES_PER_WORD !== 0) {
    return { x: { buffer, inBytes: false }, planes: planesFor(format), made: [] };
  }
  const x = { buffer: `${buffer} in bytes`, inBytes: true };
  const quantise: Operation = {
    kernel: 'quantise-activations',
    variant: 'portable',
    params: { batch: rows, columns, format },
    buffers: { x: buffer, codes: x.buffer, scales: scalesOf(x) },
  };
  return { x, planes: 1, made: [quantise] };
}

const scalesOf = ({ buffer }: Activations): string => `${buffer} scales`;

/** How a projection reads these activations: by which variant, from which buffers. */
export const reading = (x: Activations): { readonly variant: string; readonly buffers: Buffers } =>
  x.inBytes
    ? { variant: 'dot-i8', buffers: { x: x.buffer, x_scales: scalesOf(x) } }
    : { variant: 'portable', buffers: { x: x.buffer } };

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

/**
 * A projection y = W x, with its bias if it has one. `planes` are those in which y is stored; default: row order. One that
 * `joins` the stream writes it, and y for the next projection.
 */
export function projection(
  plan: BlockDraft,
  layer: number | undefined,
  name: string,
  {
    x,
    y,
    planes = 1,
    form = 'plain',
    joins,
  }: { x: Activations; y: string; planes?: number; form?: 'plain' | 'gate-up'; joins?: Joins },
): Operation {
  const { rows, columns } = tensorOf(plan, layer, name);
  const { format, buffers } = matrix(plan, layer, name, 'weights');
  const bias = biasOf(plan, layer, name);
  const shape = { rows: form === 'gate-up' ? rows / 2 : rows, columns, format, batch: plan.options.batch };
  const read = reading(x);
  return {
    kernel: 'gemv',
    variant: read.variant,
    params: {
      ...{ ...shape, form: formOf(form, bias), planes },
      ...(x.unscaled && { reads: 'unscaled', epsilon: EPSILON }),
      ...(joins && { writes: 'joined' }),
    },
    buffers: { ...buffers, ...bias, ...read.buffers, y, ...joins },
  };
}

/** What a projection needs beside x to join the stream: the stream, the next norm's weights, and the new stream. */
export type Joins = { readonly stream: string; readonly norm_weight: string; readonly sum: string };

/** Where a layer's attention or MLP writes what joins the stream: as it is, for a norm, or joined already. */
export interface Written {
  readonly y: string;
  readonly planes?: number;
  readonly joins?: Joins;
}

/**
 * The rows of a stream that projections can join are a multiple of this: they make sums of eight squares each, which are
 * read in vectors of four.
 */
const JOINED_ROWS = 32;

/** Whether a norm may be left to the projections beside it, if they are dense. The one that reads has weights in `format`. */
export const canJoin = ({ model, options: { activations } }: StepDraft, format: string): boolean =>
  activations === 'f32-joined' && model.hidden % Math.max(JOINED_ROWS, 4 * planesFor(format)) === 0;

/**
 * Inputs of a norm: the residual stream, or the stream and an `addend` that joins it, normed by `addend_weight` if
 * present.
 */
export type Streams =
  | { readonly x: string }
  | { readonly x: string; readonly addend: string; readonly sum: string; readonly addend_weight?: string };

/** A norm of the residual stream. `readers` are the formats of the weights that read its output. */
export function norm(
  plan: BlockDraft,
  layer: number | undefined,
  name: string,
  readers: readonly [string, ...string[]],
  streams: Streams,
): Operation {
  const joined = 'addend_weight' in streams ? 'normed-residual' : 'residual';
  const { columns } = tensorOf(plan, layer, name);
  const form = 'addend' in streams ? joined : 'plain';
  const y = normedFor(plan, readers);
  const shape = { batch: plan.options.batch, columns, epsilon: EPSILON, planes: planesFor(readers[0], y), form };
  return {
    kernel: 'rms-norm',
    variant: 'portable',
    params: { ...shape, ...(y.inBytes && { store: 'bytes' }) },
    buffers: {
      ...streams,
      weight: vector(plan, layer, name),
      y: y.buffer,
      ...(y.inBytes && { y_scales: scalesOf(y) }),
    },
  };
}
