/**
 * All presets: those that can be run, and those that can only be predicted, since no kernel does yet what their layers
 * do. A page that runs models loads the former alone.
 */

import { quoted } from '../../../results/text/shown.ts';
import { RUNNABLE_PRESETS } from './index.ts';
import type { Model } from './model.ts';
import { byParameters, type Preset } from './preset.ts';

/** All presets, by ascending number of parameters. Each is a file in `presets/`, and is found by its folder. */
export const PRESETS: readonly Preset[] = byParameters([
  ...RUNNABLE_PRESETS,
  ...Object.values(import.meta.glob<Preset>('./presets/predicted/*.ts', { eager: true, import: 'default' })),
]);

/** Their models, in the same order. */
export const PREDICTED_MODELS: readonly Model[] = PRESETS.map(({ model }) => model);

/** The preset with this id. @throws RangeError for an unknown id, naming some known ones. */
export function modelById(id: string): Model {
  const model = PREDICTED_MODELS.find((m) => m.id === id);
  if (!model)
    throw new RangeError(`unknown model ${quoted(id)}; there are ${PREDICTED_MODELS.length}, such as llama-3.1-8b`);
  return model;
}

/** The longest context that a preset was made for; undefined for a model that is none. */
export const positionsOf = (model: Model): number | undefined =>
  PRESETS.find((preset) => preset.model === model)?.positions;
