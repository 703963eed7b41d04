import { type Model, repeat } from '../model.ts';
import type { Preset } from '../preset.ts';

export const mixtral_8x7b: Model = {
  id: 'mixtral-8x7b',
  name: 'Mixtral 8x7B',
  hidden: 4096,
  vocabulary: 32000,
  tied: false,
  layers: repeat(32, {
    attention: { kind: 'grouped', queryHeads: 32, kvHeads: 8, headDim: 128 },
    mlp: { kind: 'experts', experts: 8, active: 2, ffn: 14336 },
  }),
  source: 'ai-dynamo/aiconfigurator aic-core/src/aiconfigurator_core/model_configs',
};

export default {
  model: mixtral_8x7b,
  positions: 32_768,
  published: { parameters: 46_702_792_704, source: 'mistralai/Mixtral-8x7B-v0.1' },
} satisfies Preset;
