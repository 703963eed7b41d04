import { type GroupedAttention, type Layer, type Model, repeat, vector } from '../../model.ts';
import type { Preset } from '../../preset.ts';

const layer = (attention: GroupedAttention): Layer => ({
  attention,
  // The shared expert is a dense MLP with norms of its own.
  mlp: { kind: 'experts', experts: 128, active: 8, ffn: 704, sharedFfn: 2112 },
  outputNorms: true,
  extras: [
    ...['shared output norm', 'expert norm', 'expert output norm', 'router scale'].map((name) => vector(name, 2816)),
    vector('expert scale', 128),
  ],
});
const slides = layer({ kind: 'grouped', queryHeads: 16, kvHeads: 8, headDim: 256, headNorms: true, window: 1024 });
const full = layer({
  ...{ kind: 'grouped', queryHeads: 16, kvHeads: 2, headDim: 512, headNorms: true, valuesOfKeys: true },
});

export const gemma4_26b_a4b: Model = {
  id: 'gemma-4-26b-a4b',
  name: 'Gemma 4 26B-A4B',
  hidden: 2816,
  vocabulary: 262144,
  tied: true,
  layers: repeat(5, ...repeat(5, slides), full),
  source: 'config.json of google/gemma-4-26B-A4B; shapes of huggingface/transformers 5.18.0 `models/gemma4`',
};

export default {
  model: gemma4_26b_a4b,
  positions: 262_144,
  published: {
    parameters: 25_233_141_760,
    source:
      'google/gemma-4-26B-A4B by transformers 5.18.0 on the meta device, router biases included; without vision; its name says 26 B',
  },
} satisfies Preset;
