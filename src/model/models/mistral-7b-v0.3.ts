import type { Model } from './model.ts';

export const mistral_7b: Model = {
  id: 'mistral-7b-v0.3',
  name: 'Mistral 7B v0.3',
  layers: 32,
  hidden: 4096,
  queryHeads: 32,
  kvHeads: 8,
  headDim: 128,
  ffn: 14336,
  vocabulary: 32768,
  source: 'mlc-ai/mlc-llm python/mlc_llm/model/model_preset.py',
};
