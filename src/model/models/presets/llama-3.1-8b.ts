import { type Model, repeat } from '../model.ts';
import type { Preset } from '../preset.ts';

export const llama31_8b: Model = {
  id: 'llama-3.1-8b',
  name: 'Llama 3.1 8B',
  hidden: 4096,
  vocabulary: 128256,
  tied: false,
  layers: repeat(32, {
    attention: { kind: 'grouped', queryHeads: 32, kvHeads: 8, headDim: 128 },
    mlp: { kind: 'dense', ffn: 14336 },
  }),
  source: 'ai-dynamo/aiconfigurator aic-core/src/aiconfigurator_core/model_configs',
};

export default {
  model: llama31_8b,
  positions: 131_072,
  published: { parameters: 8_030_261_248, source: 'meta-llama/Llama-3.1-8B' },
} satisfies Preset;
