import { type Layer, type Model, repeat } from '../model.ts';
import type { Preset } from '../preset.ts';

const layer = (window?: number): Layer => ({
  attention: {
    ...{ kind: 'grouped', queryHeads: 8, kvHeads: 4, headDim: 256, headNorms: true },
    ...(window !== undefined && { window }),
  },
  mlp: { kind: 'dense', ffn: 10240 },
  outputNorms: true,
});

/** The language model of Gemma 3 4B, without vision. */
export const gemma3_4b: Model = {
  id: 'gemma-3-4b',
  name: 'Gemma 3 4B',
  hidden: 2560,
  vocabulary: 262208,
  tied: true,
  layers: [...repeat(5, ...repeat(5, layer(1024)), layer()), ...repeat(4, layer(1024))],
  source: 'arXiv 2503.19786; config.json of google/gemma-3-4b-it, and transformers’ Gemma3TextConfig',
};

export default {
  model: gemma3_4b,
  positions: 131_072,
  published: {
    parameters: 3_880_263_168,
    source:
      'arXiv 2503.19786, table 1: 3,209 M without vision and embedding, which has 262,208 rows in google/gemma-3-4b-it; llama.cpp says 3.88 B',
  },
} satisfies Preset;
