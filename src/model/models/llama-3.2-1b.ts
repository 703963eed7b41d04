import type { Model } from './model.ts';

export const llama32_1b: Model = {
  id: 'llama-3.2-1b',
  name: 'Llama 3.2 1B',
  layers: 16,
  hidden: 2048,
  queryHeads: 32,
  kvHeads: 8,
  headDim: 64,
  ffn: 8192,
  vocabulary: 128256,
  source: 'mlc-ai/mlc-llm python/mlc_llm/model/model_preset.py',
};
