import { type Model, repeat } from '../model.ts';
import type { Preset } from '../preset.ts';

export const llama31_70b: Model = {
  id: 'llama-3.1-70b',
  name: 'Llama 3.1 70B',
  hidden: 8192,
  vocabulary: 128256,
  tied: false,
  layers: repeat(80, {
    attention: { kind: 'grouped', queryHeads: 64, kvHeads: 8, headDim: 128 },
    mlp: { kind: 'dense', ffn: 28672 },
  }),
  source: 'ai-dynamo/aiconfigurator aic-core/src/aiconfigurator_core/model_configs',
};

export default {
  model: llama31_70b,
  positions: 131_072,
  published: { parameters: 70_553_706_496, source: 'meta-llama/Llama-3.1-70B' },
} satisfies Preset;
