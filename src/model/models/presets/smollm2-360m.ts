import { type Model, repeat } from '../model.ts';
import type { Preset } from '../preset.ts';

export const smollm2_360m: Model = {
  id: 'smollm2-360m',
  name: 'SmolLM2 360M',
  hidden: 960,
  vocabulary: 49152,
  tied: true,
  layers: repeat(32, {
    attention: { kind: 'grouped', queryHeads: 15, kvHeads: 5, headDim: 64 },
    mlp: { kind: 'dense', ffn: 2560 },
  }),
  source: 'mlc-ai/mlc-llm python/mlc_llm/model/model_preset.py',
};

export default {
  model: smollm2_360m,
  positions: 8192,
  published: { parameters: 361_821_120, source: 'HuggingFaceTB/SmolLM2-360M' },
} satisfies Preset;
