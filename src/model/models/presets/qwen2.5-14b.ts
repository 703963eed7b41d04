import { type Model, repeat } from '../model.ts';
import type { Preset } from '../preset.ts';

const qwen25_14b: Model = {
  id: 'qwen2.5-14b',
  name: 'Qwen2.5 14B',
  hidden: 5120,
  vocabulary: 152064,
  tied: false,
  layers: repeat(48, {
    attention: { kind: 'grouped', queryHeads: 40, kvHeads: 8, headDim: 128, qkvBias: true },
    mlp: { kind: 'dense', ffn: 13824 },
  }),
  source: 'arXiv 2412.15115; config.json of Qwen/Qwen2.5-14B',
};

export default {
  model: qwen25_14b,
  positions: 131_072,
  published: { parameters: 14_770_033_664, source: 'Qwen/Qwen2.5-14B' },
} satisfies Preset;
