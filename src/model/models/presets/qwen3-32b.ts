import { type Model, repeat } from '../model.ts';
import type { Preset } from '../preset.ts';

export const qwen3_32b: Model = {
  id: 'qwen3-32b',
  name: 'Qwen3 32B',
  hidden: 5120,
  vocabulary: 151936,
  tied: false,
  layers: repeat(64, {
    attention: { kind: 'grouped', queryHeads: 64, kvHeads: 8, headDim: 128, headNorms: true },
    mlp: { kind: 'dense', ffn: 25600 },
  }),
  source: 'config.json of Qwen/Qwen3-32B; shapes of huggingface/transformers 5.18.0 `models/qwen3`',
};

export default {
  model: qwen3_32b,
  positions: 40_960,
  published: {
    parameters: 32_762_123_264,
    source: 'Qwen/Qwen3-32B by transformers 5.18.0 on the meta device, router biases included; card: 32.8 B',
  },
} satisfies Preset;
