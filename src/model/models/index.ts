/** All models that are known by name. */

import { quoted } from '../../../results/shown.ts';
import type { Model } from './model.ts';
import type { Preset } from './preset.ts';
import { llama32_1b } from './presets/llama-3.2-1b.ts';
import { withoutKernels } from './runnable.ts';
import { SLICES } from './slices.ts';

/** All presets, by ascending number of parameters. Each is a file in `presets/`, and is found by its folder. */
export const PRESETS: readonly Preset[] = Object.values(
  import.meta.glob<Preset>('./presets/*.ts', { eager: true, import: 'default' }),
).sort((a, b) => a.published.parameters - b.published.parameters);

/** The models of the presets, in the same order. All can be predicted. */
export const PREDICTED_MODELS: readonly Model[] = PRESETS.map(({ model }) => model);

/** The models that can be run: there are kernels for all that their layers do. */
export const MODELS: readonly Model[] = PREDICTED_MODELS.filter((model) => withoutKernels(model) === undefined);

/** The preset that is shown until another is picked: it fits most GPUs in f16. */
export const DEFAULT_MODEL = llama32_1b;

/** All models that a record may name and whose shapes are known: presets, and models made for experiments. */
export const NAMED_MODELS: readonly Model[] = [...MODELS, ...SLICES];

/** The model with the id of a decode case; undefined for a model that came from a file. */
export const modelOfCase = (id: string): Model | undefined => NAMED_MODELS.find((m) => m.id === id);

/** The preset with this id. @throws RangeError for an unknown id, naming the known ones. */
export function modelById(id: string): Model {
  const model = PREDICTED_MODELS.find((m) => m.id === id);
  if (!model)
    throw new RangeError(`unknown model ${quoted(id)}; there are ${PREDICTED_MODELS.length}, such as llama-3.1-8b`);
  return model;
}
