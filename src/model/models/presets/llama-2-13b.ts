import { type Model, repeat } from '../model.ts';
import type { Preset } from '../preset.ts';

export const llama2_13b: Model = {
  id: 'llama-2-13b',
  name: 'Llama 2 13B',
  hidden: 5120,
  vocabulary: 32000,
  tied: false,
  layers: repeat(40, {
    attention: { kind: 'grouped', queryHeads: 40, kvHeads: 40, headDim: 128 },
    mlp: { kind: 'dense', ffn: 13824 },
  }),
  source: 'arXiv 2307.09288; config.json of meta-llama/Llama-2-13b-hf',
};

export default {
  model: llama2_13b,
  positions: 4096,
  published: { parameters: 13_015_864_320, source: 'meta-llama/Llama-2-13b-hf' },
} satisfies Preset;
