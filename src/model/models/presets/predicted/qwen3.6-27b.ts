import { type DeltaAttention, type GroupedAttention, type Mlp, type Model, repeat } from '../../model.ts';
import type { Preset } from '../../preset.ts';

const linear: DeltaAttention = {
  ...{ kind: 'delta', keyHeads: 16, valueHeads: 48, keyDim: 128, valueDim: 128, convolution: 4 },
};
const full: GroupedAttention = {
  ...{ kind: 'grouped', queryHeads: 24, kvHeads: 4, headDim: 256, headNorms: true, outputGate: 'value' },
};
const mlp: Mlp = { kind: 'dense', ffn: 17408 };

export const qwen36_27b: Model = {
  id: 'qwen3.6-27b',
  name: 'Qwen3.6 27B',
  hidden: 5120,
  vocabulary: 248320,
  tied: false,
  layers: repeat(16, ...repeat(3, { attention: linear, mlp }), { attention: full, mlp }),
  source: 'config.json of Qwen/Qwen3.6-27B; shapes of huggingface/transformers 5.18.0 `models/qwen3_5`',
};

export default {
  model: qwen36_27b,
  positions: 262_144,
  published: {
    parameters: 26_895_998_464,
    source: 'Qwen/Qwen3.6-27B by transformers 5.18.0 on the meta device, router biases included; its name says 27 B',
  },
} satisfies Preset;
