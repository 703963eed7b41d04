import { type Model, repeat } from '../model.ts';
import type { Preset } from '../preset.ts';

export const qwen3_235b_a22b: Model = {
  id: 'qwen3-235b-a22b',
  name: 'Qwen3 235B-A22B',
  hidden: 4096,
  vocabulary: 151936,
  tied: false,
  layers: repeat(94, {
    attention: { kind: 'grouped', queryHeads: 64, kvHeads: 4, headDim: 128, headNorms: true },
    mlp: { kind: 'experts', experts: 128, active: 8, ffn: 1536 },
  }),
  source: 'ai-dynamo/aiconfigurator aic-core/src/aiconfigurator_core/model_configs',
};

export default {
  model: qwen3_235b_a22b,
  positions: 40_960,
  published: { parameters: 235_093_634_560, source: 'Qwen/Qwen3-235B-A22B' },
} satisfies Preset;
