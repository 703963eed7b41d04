import { type Model, repeat } from '../model.ts';
import type { Preset } from '../preset.ts';

export const llama31_405b: Model = {
  id: 'llama-3.1-405b',
  name: 'Llama 3.1 405B',
  hidden: 16384,
  vocabulary: 128256,
  tied: false,
  layers: repeat(126, {
    attention: { kind: 'grouped', queryHeads: 128, kvHeads: 8, headDim: 128 },
    mlp: { kind: 'dense', ffn: 53248 },
  }),
  source: 'ai-dynamo/aiconfigurator aic-core/src/aiconfigurator_core/model_configs',
};

export default {
  model: llama31_405b,
  positions: 131_072,
  published: { parameters: 405_853_388_800, source: 'meta-llama/Llama-3.1-405B' },
} satisfies Preset;
