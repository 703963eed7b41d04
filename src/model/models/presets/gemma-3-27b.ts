import { type Layer, type Model, repeat } from '../model.ts';
import type { Preset } from '../preset.ts';

const layer = (window?: number): Layer => ({
  attention: {
    ...{ kind: 'grouped', queryHeads: 32, kvHeads: 16, headDim: 128, headNorms: true },
    ...(window !== undefined && { window }),
  },
  mlp: { kind: 'dense', ffn: 21504 },
  outputNorms: true,
});

/** The language model of Gemma 3 27B, without vision. */
export const gemma3_27b: Model = {
  id: 'gemma-3-27b',
  name: 'Gemma 3 27B',
  hidden: 5376,
  vocabulary: 262208,
  tied: true,
  layers: [...repeat(10, ...repeat(5, layer(1024)), layer()), ...repeat(2, layer(1024))],
  source: 'arXiv 2503.19786; config.json of google/gemma-3-27b-it',
};

export default {
  model: gemma3_27b,
  positions: 131_072,
  published: {
    parameters: 27_009_346_304,
    source: 'arXiv 2503.19786, table 1: 25,600 M without vision and embedding; llama.cpp says 27.01 B',
  },
} satisfies Preset;
