import { type Model, repeat } from '../model.ts';
import type { Preset } from '../preset.ts';

export const phi4: Model = {
  id: 'phi-4',
  name: 'Phi-4 14B',
  hidden: 5120,
  vocabulary: 100352,
  tied: false,
  layers: repeat(40, {
    attention: { kind: 'grouped', queryHeads: 40, kvHeads: 10, headDim: 128, qkvInOne: true },
    mlp: { kind: 'dense', ffn: 17920 },
  }),
  source: 'config.json of microsoft/phi-4; shapes of huggingface/transformers 5.18.0 `models/phi3`',
};

export default {
  model: phi4,
  positions: 16_384,
  published: {
    parameters: 14_659_507_200,
    source: 'microsoft/phi-4 by transformers 5.18.0 on the meta device, router biases included; card: 14 B',
  },
} satisfies Preset;
