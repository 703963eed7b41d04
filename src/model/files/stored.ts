/**
 * A file's tensors against those of its model: what every tensor takes in the file, to the byte. Files keep apart what
 * kernels read as one (Q, K and V) or together what they read apart, and may quantise each differently.
 */

import type { Model } from '../models/model.ts';
import { type SizedTensor, type Tensor, tensorsOf, weightsIn } from '../models/tensors.ts';
import { ModelFileError, shown } from './source.ts';

/** A tensor as a file has it. */
export interface FileTensor {
  readonly name: string;
  /** As the file calls its number format. */
  readonly type: string;
  readonly bytes: number;
  /** Learned numbers in it; absent where they are packed in ways that the file does not tell. */
  readonly weights?: number;
}

/** Where a tensor of a file belongs. */
export interface Place {
  /** Absent: outside the layers. */
  readonly layer?: number;
  /** The tensor of the model that it is part of: the first of these that there is. */
  readonly names: readonly string[];
  /** Is it all of these tensors, one behind the other? */
  readonly each?: boolean;
}

/** Undefined: not known. `unread`: no decode step reads it. */
export type Placing = (name: string) => Place | 'unread' | undefined;

export interface StoredTensor extends SizedTensor {
  /** Number formats of its parts, as the file calls them. */
  readonly types: readonly string[];
}

export interface StoredWeights {
  /** Those of `tensorsOf(model)`, in that order. */
  readonly tensors: readonly StoredTensor[];
  /** What the file holds besides: layers that predict further tokens, vision, a copy of a tied matrix. */
  readonly unread: { readonly tensors: number; readonly bytes: number };
}

interface Sum {
  readonly tensor: Tensor;
  bytes: number;
  /** Undefined as soon as one part's are: then a part that is missing goes unnoticed. */
  weights: number | undefined;
  parts: number;
  readonly types: Set<string>;
}

const keyOf = ({ layer, name }: Pick<Tensor, 'layer' | 'name'>): string => `${layer} ${name}`;
const described = ({ layer, name }: Tensor): string => (layer === undefined ? name : `${name} of layer ${layer}`);

/** @throws ModelFileError naming a tensor that is missing, unknown, or not of its shape. */
export function storedWeights(model: Model, files: readonly FileTensor[], placing: Placing): StoredWeights {
  const tensors = tensorsOf(model);
  const sums = new Map(
    tensors.map((tensor): [string, Sum] => [
      keyOf(tensor),
      { tensor, bytes: 0, weights: 0, parts: 0, types: new Set() },
    ]),
  );
  const unread = { tensors: 0, bytes: 0 };
  for (const file of files) {
    const place = placing(file.name);
    if (place === undefined) {
      throw new ModelFileError(`has a tensor ${shown(file.name)}, which is part of no architecture that is understood`);
    }
    if (place === 'unread' || isBeyond(model, place) || isCopy(model, place)) {
      unread.tensors += 1;
      unread.bytes += file.bytes;
      continue;
    }
    const targets = targetsOf(place, sums);
    if (targets.length === 0) {
      throw new ModelFileError(
        `has a tensor ${shown(file.name)}, which its model has not, by what the file says of it`,
      );
    }
    shareOut(file, targets);
  }
  return { tensors: tensors.map((tensor) => stored(tensor, sums)), unread };
}

const isBeyond = ({ layers }: Model, { layer = 0 }: Place): boolean => layer >= layers.length;

/** The head of a model whose embedding is the head. */
const isCopy = ({ tied }: Model, { layer, names }: Place): boolean =>
  tied && layer === undefined && names.includes('head');

function targetsOf({ layer, names, each }: Place, sums: ReadonlyMap<string, Sum>): Sum[] {
  const found = names.flatMap((name) => sums.get(keyOf({ name, ...(layer !== undefined && { layer }) })) ?? []);
  return (each ? found : found.slice(0, 1)).flatMap((target) => {
    const { sharedWith } = target.tensor;
    return sharedWith === undefined ? [target] : (sums.get(keyOf({ name: sharedWith })) ?? []);
  });
}

/** Gives each target its rows of `file`, and so its bytes; what is rounded is the error of a quotient. */
function shareOut({ bytes, weights, type }: FileTensor, targets: readonly Sum[]): void {
  const whole = targets.reduce((total, { tensor }) => total + weightsIn(tensor), 0);
  let before = 0;
  for (const target of targets) {
    const end = before + weightsIn(target.tensor);
    const partOf = (n: number): number => Math.round(n * (end / whole)) - Math.round(n * (before / whole));
    target.bytes += partOf(bytes);
    target.weights =
      weights === undefined || target.weights === undefined ? undefined : target.weights + partOf(weights);
    target.parts += 1;
    target.types.add(type);
    before = end;
  }
}

function stored(tensor: Tensor, sums: ReadonlyMap<string, Sum>): StoredTensor {
  const sum = sums.get(keyOf(tensor.sharedWith === undefined ? tensor : { name: tensor.sharedWith }));
  if (!sum || sum.parts === 0) throw new ModelFileError(`has no tensor for the ${described(tensor)}`);
  const [expected, { bytes, weights, types }] = [weightsIn(tensor), sum];
  if (weights !== undefined && weights !== expected) {
    throw new ModelFileError(
      `the ${described(tensor)} must have ${expected} weights, by what the file says of its model; it has ${weights}`,
    );
  }
  return { ...tensor, bytes, types: [...types] };
}
