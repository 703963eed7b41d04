import { type Model, repeat } from '../model.ts';
import type { Preset } from '../preset.ts';

export const llama32_1b: Model = {
  id: 'llama-3.2-1b',
  name: 'Llama 3.2 1B',
  hidden: 2048,
  vocabulary: 128256,
  tied: true,
  layers: repeat(16, {
    attention: { kind: 'grouped', queryHeads: 32, kvHeads: 8, headDim: 64 },
    mlp: { kind: 'dense', ffn: 8192 },
  }),
  source: 'mlc-ai/mlc-llm python/mlc_llm/model/model_preset.py',
};

export default {
  model: llama32_1b,
  positions: 131_072,
  published: { parameters: 1_235_814_400, source: 'meta-llama/Llama-3.2-1B' },
} satisfies Preset;
