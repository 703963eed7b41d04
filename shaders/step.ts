/**
 * The Step contract: the description of a decode step for whatever runs it. As a kernel's parameters describe one
 * dispatch, a step describes many: kernels by id, over buffers by name. A step knows no GPU, and what runs it knows
 * nothing of transformers.
 */

import type { Params, Requirement, Tuning, WordMask } from './kernel.ts';

/** One dispatch. */
export interface Operation {
  /** The kernel's id. */
  readonly kernel: string;
  readonly variant: string;
  readonly params: Params;
  /** The values of those tunables of the kernel that other operations depend on. */
  readonly tuning?: Tuning;
  /**
   * The parameters that `work` counts, if they differ from `params`: those have room for sequences to grow, these have
   * the step's nominal lengths.
   */
  readonly counted?: Params;
  /** The names of the buffers, by the names that the kernel gives its inputs and outputs. */
  readonly buffers: Readonly<Record<string, string>>;
}

/** Dispatches in order, with what the buffers that they fill hold. Layers that are alike share a block. */
export interface Block {
  /**
   * The dispatches. Each may read what those before it wrote. A buffer's name that begins with `{0}` is that of a buffer
   * of the first layer of the block's place, with `{1}` of the second.
   */
  readonly operations: readonly Operation[];
  /** The words of buffers that are filled: weights, and KV caches up to the first step's context. */
  readonly filled: Readonly<Record<string, WordMask>>;
}

/** A place of a block in a step, over the buffers of the layers with these indices. */
export interface Section {
  readonly block: Block;
  readonly layers: readonly number[];
}

/**
 * A decode step. At first a buffer that a block fills holds seeded words, and one in `state` holds what that returns.
 * Any other buffer that no operation writes holds the data that its kernel declares as given; the rest are written
 * before they are read. A buffer is as large as its largest use.
 *
 * Models have hundreds of layers of a few kinds. A block that stands for all of a kind is composed, and looked at, once.
 */
export interface Step {
  /** The blocks, in order. */
  readonly sections: readonly Section[];
  /** Pairs of buffers that change places after every step: one is written now, and read in the next step. */
  readonly swapped: readonly (readonly [string, string])[];
  /** The contents to put into buffers before a region of `steps` steps, so that this step is the region's mean. */
  state(steps: number): Readonly<Record<string, Uint32Array<ArrayBuffer>>>;
  /** The buffers with the results of a step, and the type of their elements. */
  readonly results: Readonly<Record<string, 'f32' | 'u32'>>;
  /** The maximum number of steps in a region, for which the KV caches have room. */
  readonly maxSteps: number;
  /** The number of layers. `distinct` layers have buffers of their own, which the others of `total` use again. */
  readonly layers: { readonly distinct: number; readonly total: number };
  /** The indices of the layers of each kind. Layers of a kind can use each other's buffers. */
  readonly alike: readonly (readonly number[])[];
}

/** Another way to compute a step, over the same filled buffers. */
export interface StepWay {
  /**
   * What its projections multiply by integer dot products: the output of norms, or all activations. `f32-joined`: none, and
   * projections take the place of norms.
   */
  readonly activations: 'f32-joined' | 'i8-after-norms' | 'i8';
  /** The dispatches that it spares, if that is all that makes it faster. */
  readonly spares?: number;
  /** What it requires of a device. */
  readonly requires: readonly Requirement[];
  /** Makes the step, with all its layers. @throws RangeError with the rule and the value met, if there is no such step */
  make(): Step;
}

/** The name in a step of a block's buffer. */
export function bufferIn({ layers }: Section, name: string): string {
  const layer = layers[placeIn(name)];
  return layer === undefined ? name : `${layer}${name.slice(PLACE_LENGTH)}`;
}

/** The layer that a block's buffer belongs to; undefined for those of all layers. */
export const layerIn = ({ layers }: Section, name: string): number | undefined => layers[placeIn(name)];

const PLACE_LENGTH = '{0}'.length;

/** The number in a name's `{0}` or `{1}`; -1 without one. */
const placeIn = (name: string): number => (name.startsWith('{') ? Number(name[1]) : -1);

/** The dispatches of a step, in order, over buffers by their names in the step. */
export const operationsOf = ({ sections }: Pick<Step, 'sections'>): Operation[] =>
  sections.flatMap((section) =>
    section.block.operations.map((operation) => ({
      ...operation,
      buffers: Object.fromEntries(
        Object.entries(operation.buffers).map(([name, buffer]) => [name, bufferIn(section, buffer)]),
      ),
    })),
  );

/** The words of the buffers of a step that are filled, by their names. */
export const filledIn = ({ sections }: Pick<Step, 'sections'>): Readonly<Record<string, WordMask>> =>
  Object.fromEntries(
    sections.flatMap((section) =>
      Object.entries(section.block.filled).map(([name, words]) => [bufferIn(section, name), words]),
    ),
  );

/** The number of dispatches of a step. */
export const dispatchesIn = ({ sections }: Pick<Step, 'sections'>): number =>
  sections.reduce((total, { block }) => total + block.operations.length, 0);

/** The step with each block as `of` makes it, which is asked once for each. */
export function withBlocks(step: Step, of: (block: Block) => Block): Step {
  const known = new Map<Block, Block>();
  const sections = step.sections.map(({ block, layers }) => {
    const made = known.get(block) ?? of(block);
    known.set(block, made);
    return { block: made, layers };
  });
  return { ...step, sections };
}

/**
 * The source of each layer: the layer whose weights and KV cache it uses. Each kind of layer gets its share of the
 * `distinct` layers, at least one, and its layers use them in turn.
 */
export function sourcesOf({ alike, layers: { total } }: Step, distinct: number): number[] {
  const sources = Array.from({ length: total }, (_, index) => index);
  for (const members of alike) {
    const own = Math.max(1, Math.floor((members.length * distinct) / total));
    for (const [i, index] of members.entries()) sources[index] = members[i % own] ?? index;
  }
  return sources;
}

/** A step whose layers all have buffers of their own, with at most `distinct` of them, or one of each kind. */
export function sharingLayers(step: Step, distinct: number): Step {
  const { total } = step.layers;
  if (distinct >= total) return step;
  const sources = sourcesOf(step, distinct);
  return {
    ...step,
    sections: step.sections.map(({ block, layers }) => ({ block, layers: layers.map((at) => sources[at] ?? at) })),
    layers: { distinct: new Set(sources).size, total },
  };
}

/**
 * The room of a device for steps. A `make` throws a RangeError, with the rule and the value met, if there is no such
 * step.
 */
export interface Room {
  /** Returns the bytes that a step with all its layers leaves free: below 0 if it needs more, −∞ if it cannot run. */
  left(make: () => Step): number;
  /** Returns why the device has no room (the rule and the value met), or undefined if it has. */
  refuses(make: () => Step): string | undefined;
}
