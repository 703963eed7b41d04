import { type Model, repeat } from '../model.ts';
import type { Preset } from '../preset.ts';

export const qwen3_30b_a3b: Model = {
  id: 'qwen3-30b-a3b',
  name: 'Qwen3 30B-A3B',
  hidden: 2048,
  vocabulary: 151936,
  tied: false,
  layers: repeat(48, {
    attention: { kind: 'grouped', queryHeads: 32, kvHeads: 4, headDim: 128, headNorms: true },
    mlp: { kind: 'experts', experts: 128, active: 8, ffn: 768 },
  }),
  source: 'ai-dynamo/aiconfigurator aic-core/src/aiconfigurator_core/model_configs',
};

export default {
  model: qwen3_30b_a3b,
  positions: 40_960,
  published: { parameters: 30_532_122_624, source: 'Qwen/Qwen3-30B-A3B' },
} satisfies Preset;
