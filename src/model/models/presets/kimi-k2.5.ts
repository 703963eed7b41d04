import type { Model } from '../model.ts';
import type { Preset } from '../preset.ts';
import { kimi_k2 } from './kimi-k2.ts';

/** K2's text model, with a tower for pictures, which is not counted. */
export const kimi_k25: Model = {
  ...kimi_k2,
  id: 'kimi-k2.5',
  name: 'Kimi K2.5',
  source: 'config.json of moonshotai/Kimi-K2.5, its `text_config`',
};

export default {
  model: kimi_k25,
  positions: 262_144,
  published: {
    parameters: 1_026_408_232_448,
    source: 'moonshotai/Kimi-K2.5 by transformers 5.18.0 on the meta device, router biases included; card: 1 T',
  },
} satisfies Preset;
