import type { Model } from './model.ts';

export const llama31_70b: Model = {
  id: 'llama-3.1-70b',
  name: 'Llama 3.1 70B',
  layers: 80,
  hidden: 8192,
  queryHeads: 64,
  kvHeads: 8,
  headDim: 128,
  ffn: 28672,
  vocabulary: 128256,
  source: 'ai-dynamo/aiconfigurator aic-core/src/aiconfigurator_core/model_configs',
};
