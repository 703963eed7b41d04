import type { Model } from './model.ts';

export const qwen3_06b: Model = {
  id: 'qwen3-0.6b',
  name: 'Qwen3 0.6B',
  layers: 28,
  hidden: 1024,
  queryHeads: 16,
  kvHeads: 8,
  headDim: 128,
  ffn: 3072,
  vocabulary: 151936,
  source: 'ai-dynamo/aiconfigurator aic-core/src/aiconfigurator_core/model_configs',
};
