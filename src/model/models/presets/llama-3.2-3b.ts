import { type Model, repeat } from '../model.ts';
import type { Preset } from '../preset.ts';

export const llama32_3b: Model = {
  id: 'llama-3.2-3b',
  name: 'Llama 3.2 3B',
  hidden: 3072,
  vocabulary: 128256,
  tied: true,
  layers: repeat(28, {
    attention: { kind: 'grouped', queryHeads: 24, kvHeads: 8, headDim: 128 },
    mlp: { kind: 'dense', ffn: 8192 },
  }),
  source: 'mlc-ai/mlc-llm python/mlc_llm/model/model_preset.py',
};

export default {
  model: llama32_3b,
  positions: 131_072,
  published: { parameters: 3_212_749_824, source: 'meta-llama/Llama-3.2-3B' },
} satisfies Preset;
