import { type Layer, type Model, repeat } from '../model.ts';

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
