/** The kinds of a model's layers, with their tensors. Models have hundreds of layers of a few kinds. */

import { groupBy } from '../../../results/lists.ts';
import type { RunLayer, RunModel } from '../models/runnable.ts';
import { layerTensors, outerTensors, type Part } from '../models/tensors.ts';

export interface Kinds {
  /** The kind of each layer. */
  readonly of: readonly number[];
  /** The indices of the layers of each kind. */
  readonly alike: readonly (readonly number[])[];
  /** The first layer of each kind. */
  readonly layers: readonly RunLayer[];
  /** The tensors of a layer, or those outside the layers, by name. */
  tensors(layer: number | undefined): ReadonlyMap<string, Part>;
}

/** Returns the kinds of a model's layers. A step is composed at dozens of lengths to find out which one fits. */
export function kindsOf(model: RunModel): Kinds {
  const kinds = known.get(model) ?? kindsIn(model);
  known.set(model, kinds);
  return kinds;
}

const known = new WeakMap<RunModel, Kinds>();

function kindsIn(model: RunModel): Kinds {
  const all = model.layers;
  const alike = [...groupBy(all.keys(), (index) => JSON.stringify(all[index])).values()];
  const of: number[] = [];
  for (const [kind, members] of alike.entries()) for (const index of members) of[index] = kind;
  const layers = alike.flatMap(([index]) => all[index ?? 0] ?? []);
  const tensors = layers.map((layer) => byName(layerTensors(layer, model.hidden)));
  const outer = byName(outerTensors(model));
  return {
    ...{ of, alike, layers },
    tensors: (layer) => (layer === undefined ? outer : (tensors[of[layer] ?? -1] ?? NONE)),
  };
}

const byName = (parts: readonly Part[]): ReadonlyMap<string, Part> => new Map(parts.map((part) => [part.name, part]));

const NONE: ReadonlyMap<string, Part> = new Map();
