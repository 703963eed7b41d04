import type { Model } from './model.ts';

export const llama31_8b: Model = {
  id: 'llama-3.1-8b',
  name: 'Llama 3.1 8B',
  layers: 32,
  hidden: 4096,
  queryHeads: 32,
  kvHeads: 8,
  headDim: 128,
  ffn: 14336,
  vocabulary: 128256,
  source: 'ai-dynamo/aiconfigurator aic-core/src/aiconfigurator_core/model_configs',
};
