import { type Model, repeat } from '../model.ts';
import type { Preset } from '../preset.ts';

export const llama2_70b: Model = {
  id: 'llama-2-70b',
  name: 'Llama 2 70B',
  hidden: 8192,
  vocabulary: 32000,
  tied: false,
  layers: repeat(80, {
    attention: { kind: 'grouped', queryHeads: 64, kvHeads: 8, headDim: 128 },
    mlp: { kind: 'dense', ffn: 28672 },
  }),
  source: 'arXiv 2307.09288; config.json of meta-llama/Llama-2-70b-hf',
};

export default {
  model: llama2_70b,
  positions: 4096,
  published: { parameters: 68_976_648_192, source: 'meta-llama/Llama-2-70b-hf' },
} satisfies Preset;
