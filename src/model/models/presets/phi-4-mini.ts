import { type Model, repeat } from '../model.ts';
import type { Preset } from '../preset.ts';

export const phi4_mini: Model = {
  id: 'phi-4-mini',
  name: 'Phi-4 mini',
  hidden: 3072,
  vocabulary: 200064,
  tied: true,
  layers: repeat(32, {
    attention: { kind: 'grouped', queryHeads: 24, kvHeads: 8, headDim: 128, qkvInOne: true },
    mlp: { kind: 'dense', ffn: 8192 },
  }),
  source: 'mlc-ai/mlc-llm python/mlc_llm/model/model_preset.py',
};

export default {
  model: phi4_mini,
  positions: 131_072,
  published: { parameters: 3_836_021_760, source: 'microsoft/Phi-4-mini-instruct' },
} satisfies Preset;
