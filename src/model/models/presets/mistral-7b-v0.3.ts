import { type Model, repeat } from '../model.ts';
import type { Preset } from '../preset.ts';

export const mistral_7b: Model = {
  id: 'mistral-7b-v0.3',
  name: 'Mistral 7B v0.3',
  hidden: 4096,
  vocabulary: 32768,
  tied: false,
  layers: repeat(32, {
    attention: { kind: 'grouped', queryHeads: 32, kvHeads: 8, headDim: 128 },
    mlp: { kind: 'dense', ffn: 14336 },
  }),
  source: 'mlc-ai/mlc-llm python/mlc_llm/model/model_preset.py',
};

export default {
  model: mistral_7b,
  positions: 32_768,
  published: { parameters: 7_248_023_552, source: 'mistralai/Mistral-7B-v0.3' },
} satisfies Preset;
