import { type Model, repeat } from '../model.ts';
import type { Preset } from '../preset.ts';

export const llama2_7b: Model = {
  id: 'llama-2-7b',
  name: 'Llama 2 7B',
  hidden: 4096,
  vocabulary: 32000,
  tied: false,
  layers: repeat(32, {
    attention: { kind: 'grouped', queryHeads: 32, kvHeads: 32, headDim: 128 },
    mlp: { kind: 'dense', ffn: 11008 },
  }),
  source: 'arXiv 2307.09288; config.json of meta-llama/Llama-2-7b-hf',
};

export default {
  model: llama2_7b,
  positions: 4096,
  published: { parameters: 6_738_415_616, source: 'meta-llama/Llama-2-7b-hf' },
} satisfies Preset;
