import { type Model, repeat } from '../model.ts';
import type { Preset } from '../preset.ts';

export const qwen25_7b: Model = {
  id: 'qwen2.5-7b',
  name: 'Qwen2.5 7B',
  hidden: 3584,
  vocabulary: 152064,
  tied: false,
  layers: repeat(28, {
    attention: { kind: 'grouped', queryHeads: 28, kvHeads: 4, headDim: 128, qkvBias: true },
    mlp: { kind: 'dense', ffn: 18944 },
  }),
  source: 'arXiv 2412.15115; config.json of Qwen/Qwen2.5-7B',
};

export default {
  model: qwen25_7b,
  positions: 131_072,
  published: { parameters: 7_615_616_512, source: 'Qwen/Qwen2.5-7B' },
} satisfies Preset;
