/**
 * Matches a file's tensors with those of its model, to know the bytes of each in the file. A file may have several
 * tensors where kernels read one (Q, K and V), or one where they read several, and each may be quantised differently.
 */

import { quoted } from '../../../results/text/shown.ts';
import type { Model } from '../models/model.ts';
import { type SizedTensor, type Tensor, tensorsOf, weightsIn } from '../models/tensors.ts';
import { ModelFileError } from './source.ts';

/** A tensor as a file has it. */
export interface FileTensor {
  readonly name: string;
  /** The file's name of its number format. */
  readonly type: string;
  readonly bytes: number;
  /** Number of weights in it: 0 for scales and zero points; absent where the file packs them in an unknown way. */
  readonly weights?: number;
}

/** The place of a file's tensor in the model. */
export interface Place {
  /** Index of the layer. Absent outside the layers. */
  readonly layer?: number;
  /** Candidates for the model's tensor that it is part of, of which the first that the model has counts. */
  readonly names: readonly string[];
  /** Whether it is all of the named tensors, one behind the other. */
  readonly each?: boolean;
  /** Whether it is of keys and values, which a layer that reads the cache of one before it does not read. */
  readonly isOfCache?: boolean;
}

/**
 * Returns the place of a file's tensor by its name, or `unread` if no decode step reads it. Undefined for unknown
 * names.
 */
export type Placing = (name: string) => Place | 'unread' | undefined;

export interface StoredTensor extends SizedTensor {
  /** The file's names of the number formats of its weights, scales left out. */
  readonly types: readonly string[];
}

export interface StoredWeights {
  /** The tensors of `tensorsOf(model)`, in that order. */
  readonly tensors: readonly StoredTensor[];
  /** What else the file has: layers that predict further tokens, vision and sound, a copy of a tied matrix, biases of zeros. */
  readonly unread: { readonly tensors: number; readonly bytes: number };
}

/** The parts found of a model's tensor. */
interface Sum {
  readonly tensor: Tensor;
  bytes: number;
  /** Weights found so far. Undefined once a part has an unknown number; a missing part goes unnoticed then. */
  weights: number | undefined;
  parts: number;
  readonly types: Set<string>;
  /** Biases beside its parts that the model does not have. */
  extra: { readonly name: string; tensors: number; bytes: number } | undefined;
}

const keyOf = ({ layer, name }: Pick<Tensor, 'layer' | 'name'>): string => `${layer} ${name}`;
const described = ({ layer, name }: Tensor): string => (layer === undefined ? name : `${name} of layer ${layer}`);

/** Matches the tensors of a file with those of a model, one by one: a file has up to 300,000, which are not kept. */
export interface Matching {
  /** Takes the file's next tensor. @throws ModelFileError for one that is unknown or misshapen */
  take(file: FileTensor): void;
  /** Whether all weights so far were counted, none of them packed in an unknown way. */
  areCounted(): boolean;
  /** Ends the file. @throws ModelFileError naming a tensor that is missing or misshapen */
  end(): StoredWeights;
}

export function matching(model: Model, placing: Placing): Matching {
  const tensors = tensorsOf(model);
  const sums = new Map(
    tensors.map((tensor): [string, Sum] => [
      keyOf(tensor),
      { tensor, bytes: 0, weights: 0, parts: 0, types: new Set(), extra: undefined },
    ]),
  );
  const unread = { tensors: 0, bytes: 0 };
  return {
    take(file) {
      const place = placing(file.name);
      if (place === undefined) {
        throw new ModelFileError(`has a tensor ${quoted(file.name)}, which belongs to no known architecture`);
      }
      if (place === 'unread' || isBeyond(model, place) || isCopy(model, place) || hasCacheElsewhere(model, place)) {
        unread.tensors += 1;
        unread.bytes += file.bytes;
        return;
      }
      const targets = targetsOf(place, sums);
      if (targets.length > 0) return shareOut(file, targets);
      const [beside] = targetsOf({ ...place, names: place.names.flatMap(besideBias) }, sums);
      if (!beside) throw notInModel(file.name);
      beside.extra ??= { name: file.name, tensors: 0, bytes: 0 };
      beside.extra.tensors += 1;
      beside.extra.bytes += file.bytes;
    },
    areCounted: () => [...sums.values()].every(({ weights }) => weights !== undefined),
    end() {
      for (const { extra, weights } of sums.values()) {
        if (extra === undefined) continue;
        // Programs that pack weights, such as AutoGPTQ, write biases of zeros wherever a model has none; engines skip them.
        if (weights !== undefined) throw notInModel(extra.name);
        unread.tensors += extra.tensors;
        unread.bytes += extra.bytes;
      }
      return { tensors: tensors.map((tensor) => stored(tensor, sums)), unread };
    },
  };
}

const notInModel = (name: string): ModelFileError =>
  new ModelFileError(`has a tensor ${quoted(name)}, which its model does not have by the file’s own metadata`);

/** The name of the tensor that a bias is beside. */
const besideBias = (name: string): string[] => (name.endsWith(' bias') ? [name.slice(0, -' bias'.length)] : []);

/** Whether a place is behind the last layer. */
const isBeyond = ({ layers }: Model, { layer = 0 }: Place): boolean => layer >= layers.length;

/** Whether a place is a copy of the head in a tied model. */
const isCopy = ({ tied }: Model, { layer, names }: Place): boolean =>
  tied && layer === undefined && names.includes('head');

/** Whether a place is of keys and values of a layer that reads another's. */
function hasCacheElsewhere({ layers }: Model, { layer, isOfCache }: Place): boolean {
  const attention = isOfCache && layer !== undefined ? layers[layer]?.attention : undefined;
  return attention?.kind === 'grouped' && attention.readsCacheBefore === true;
}

function targetsOf({ layer, names, each }: Place, sums: ReadonlyMap<string, Sum>): Sum[] {
  const found = names.flatMap((name) => sums.get(keyOf({ name, ...(layer !== undefined && { layer }) })) ?? []);
  return (each ? found : found.slice(0, 1)).flatMap((target) => {
    const { sharedWith } = target.tensor;
    return sharedWith === undefined ? [target] : (sums.get(keyOf({ name: sharedWith })) ?? []);
  });
}

/** Divides a file's tensor among its targets by their weights. Rounding only removes the error of a quotient. */
function shareOut({ bytes, weights, type }: FileTensor, targets: readonly Sum[]): void {
  const whole = targets.reduce((total, { tensor }) => total + weightsIn(tensor), 0);
  let before = 0;
  for (const target of targets) {
    const end = before + weightsIn(target.tensor);
    const partOf = (n: number): number => Math.round(n * (end / whole)) - Math.round(n * (before / whole));
    target.bytes += partOf(bytes);
    target.weights =
      weights === undefined || target.weights === undefined ? undefined : target.weights + partOf(weights);
    if (weights !== 0) {
      target.parts += 1;
      target.types.add(type);
    }
    before = end;
  }
}

function stored(tensor: Tensor, sums: ReadonlyMap<string, Sum>): StoredTensor {
  const sum = sums.get(keyOf(tensor.sharedWith === undefined ? tensor : { name: tensor.sharedWith }));
  if (!sum || sum.parts === 0) throw new ModelFileError(`has no tensor for the ${described(tensor)}`);
  const [expected, { bytes, weights, types }] = [weightsIn(tensor), sum];
  if (weights !== undefined && weights !== expected) {
    throw new ModelFileError(
      `the ${described(tensor)} must have ${expected} weights by the file’s own metadata; it has ${weights}`,
    );
  }
  return { ...tensor, bytes, types: [...types] };
}
