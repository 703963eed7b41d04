import { type GroupedAttention, type Layer, type Model, repeat } from '../../model.ts';
import type { Preset } from '../../preset.ts';

const layer = (attention: GroupedAttention): Layer => ({
  attention,
  mlp: { kind: 'dense', ffn: 21504 },
  outputNorms: true,
});
const slides = layer({ kind: 'grouped', queryHeads: 32, kvHeads: 16, headDim: 256, headNorms: true, window: 1024 });
const full = layer({
  ...{ kind: 'grouped', queryHeads: 32, kvHeads: 4, headDim: 512, headNorms: true, valuesOfKeys: true },
});

export const gemma4_31b: Model = {
  id: 'gemma-4-31b',
  name: 'Gemma 4 31B',
  hidden: 5376,
  vocabulary: 262144,
  tied: true,
  layers: repeat(10, ...repeat(5, slides), full),
  source: 'config.json of google/gemma-4-31B-it; shapes of huggingface/transformers 5.18.0 `models/gemma4`',
};

export default {
  model: gemma4_31b,
  positions: 262_144,
  published: {
    parameters: 30_697_345_280,
    source:
      'google/gemma-4-31B-it by transformers 5.18.0 on the meta device, router biases included; without vision; its name says 31 B',
  },
} satisfies Preset;
