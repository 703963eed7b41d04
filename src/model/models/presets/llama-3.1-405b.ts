import { type Model, repeat } from '../model.ts';

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
