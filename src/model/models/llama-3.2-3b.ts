import type { Model } from './model.ts';

export const llama32_3b: Model = {
  id: 'llama-3.2-3b',
  name: 'Llama 3.2 3B',
  layers: 28,
  hidden: 3072,
  queryHeads: 24,
  kvHeads: 8,
  headDim: 128,
  ffn: 8192,
  vocabulary: 128256,
  source: 'mlc-ai/mlc-llm python/mlc_llm/model/model_preset.py',
};
