import type { Model } from './model.ts';

export const smollm2_135m: Model = {
  id: 'smollm2-135m',
  name: 'SmolLM2 135M',
  layers: 30,
  hidden: 576,
  queryHeads: 9,
  kvHeads: 3,
  headDim: 64,
  ffn: 1536,
  vocabulary: 49152,
  source: 'mlc-ai/mlc-llm python/mlc_llm/model/model_preset.py',
};
