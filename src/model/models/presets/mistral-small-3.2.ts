import { type Model, repeat } from '../model.ts';
import type { Preset } from '../preset.ts';

export const mistral_small_32: Model = {
  id: 'mistral-small-3.2',
  name: 'Mistral Small 3.2 24B',
  hidden: 5120,
  vocabulary: 131072,
  tied: false,
  layers: repeat(40, {
    attention: { kind: 'grouped', queryHeads: 32, kvHeads: 8, headDim: 128 },
    mlp: { kind: 'dense', ffn: 32768 },
  }),
  source:
    'config.json of mistralai/Mistral-Small-3.2-24B-Instruct-2506; shapes of huggingface/transformers 5.18.0 `models/mistral3`',
};

export default {
  model: mistral_small_32,
  positions: 131_072,
  published: {
    parameters: 23_572_403_200,
    source:
      'mistralai/Mistral-Small-3.2-24B-Instruct-2506 by transformers 5.18.0 on the meta device, router biases included; without vision; its name says 24 B',
  },
} satisfies Preset;
