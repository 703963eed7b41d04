import { type Model, repeat } from '../model.ts';
import type { Preset } from '../preset.ts';

export const qwen3_06b: Model = {
  id: 'qwen3-0.6b',
  name: 'Qwen3 0.6B',
  hidden: 1024,
  vocabulary: 151936,
  tied: true,
  layers: repeat(28, {
    attention: { kind: 'grouped', queryHeads: 16, kvHeads: 8, headDim: 128, headNorms: true },
    mlp: { kind: 'dense', ffn: 3072 },
  }),
  source: 'ai-dynamo/aiconfigurator aic-core/src/aiconfigurator_core/model_configs',
};

export default {
  model: qwen3_06b,
  positions: 40_960,
  published: {
    parameters: 751_632_384 - 151_936 * 1024,
    source: 'Qwen/Qwen3-0.6B, whose file holds its tied matrix twice',
  },
} satisfies Preset;
