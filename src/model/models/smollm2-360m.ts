import type { Model } from './model.ts';

export const smollm2_360m: Model = {
  id: 'smollm2-360m',
  name: 'SmolLM2 360M',
  layers: 32,
  hidden: 960,
  queryHeads: 15,
  kvHeads: 5,
  headDim: 64,
  ffn: 2560,
  vocabulary: 49152,
  source: 'mlc-ai/mlc-llm python/mlc_llm/model/model_preset.py',
};
