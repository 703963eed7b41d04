import { type Model, repeat } from '../model.ts';
import type { Preset } from '../preset.ts';

export const qwen3_8b: Model = {
  id: 'qwen3-8b',
  name: 'Qwen3 8B',
  hidden: 4096,
  vocabulary: 151936,
  tied: false,
  layers: repeat(36, {
    attention: { kind: 'grouped', queryHeads: 32, kvHeads: 8, headDim: 128, headNorms: true },
    mlp: { kind: 'dense', ffn: 12288 },
  }),
  source: 'ai-dynamo/aiconfigurator aic-core/src/aiconfigurator_core/model_configs',
};

export default {
  model: qwen3_8b,
  positions: 40_960,
  published: { parameters: 8_190_735_360, source: 'Qwen/Qwen3-8B' },
} satisfies Preset;
