/** The models that are known by name and can be run. `predicted.ts` has those, too, that can only be predicted. */

import type { Model } from './model.ts';
import { byParameters, type Preset } from './preset.ts';
import { llama32_1b } from './presets/llama-3.2-1b.ts';
import { SLICES } from './slices.ts';

/** Presets of models that can be run: there are kernels for all that their layers do. */
export const RUNNABLE_PRESETS: readonly Preset[] = byParameters(
  Object.values(import.meta.glob<Preset>('./presets/*.ts', { eager: true, import: 'default' })),
);

/** Their models, in the same order: by ascending number of parameters. */
export const MODELS: readonly Model[] = RUNNABLE_PRESETS.map(({ model }) => model);

/** The preset that is shown until another is picked: it fits most GPUs in f16. */
export const DEFAULT_MODEL = llama32_1b;

/** All models that a record may name and whose shapes are known: presets, and models made for experiments. */
export const NAMED_MODELS: readonly Model[] = [...MODELS, ...SLICES];

/** The model with the id of a decode case; undefined for a model that came from a file. */
export const modelOfCase = (id: string): Model | undefined => NAMED_MODELS.find((m) => m.id === id);
