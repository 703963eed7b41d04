import { type Model, repeat } from '../../model.ts';
import type { Preset } from '../../preset.ts';

export const minimax_m25: Model = {
  id: 'minimax-m2.5',
  name: 'MiniMax M2.5',
  hidden: 3072,
  vocabulary: 200064,
  tied: false,
  layers: repeat(62, {
    attention: { kind: 'grouped', queryHeads: 48, kvHeads: 8, headDim: 128, headNorms: 'all heads' },
    mlp: { kind: 'experts', experts: 256, active: 8, ffn: 1536, routerBias: true },
  }),
  source: 'config.json of MiniMaxAI/MiniMax-M2.5; shapes of huggingface/transformers 5.18.0 `models/minimax_m2`',
};

export default {
  model: minimax_m25,
  positions: 196_608,
  published: {
    parameters: 228_689_764_864,
    source: 'MiniMaxAI/MiniMax-M2.5 by transformers 5.18.0 on the meta device, router biases included; card: 230 B',
  },
} satisfies Preset;
