import type { Model } from './model.ts';

export const qwen3_8b: Model = {
  id: 'qwen3-8b',
  name: 'Qwen3 8B',
  layers: 36,
  hidden: 4096,
  queryHeads: 32,
  kvHeads: 8,
  headDim: 128,
  ffn: 12288,
  vocabulary: 151936,
  source: 'ai-dynamo/aiconfigurator aic-core/src/aiconfigurator_core/model_configs',
};
