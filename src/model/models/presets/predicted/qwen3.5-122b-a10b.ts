import { type DeltaAttention, type GroupedAttention, type Mlp, type Model, repeat } from '../../model.ts';
import type { Preset } from '../../preset.ts';

const linear: DeltaAttention = {
  ...{ kind: 'delta', keyHeads: 16, valueHeads: 64, keyDim: 128, valueDim: 128, convolution: 4 },
};
const full: GroupedAttention = {
  ...{ kind: 'grouped', queryHeads: 32, kvHeads: 2, headDim: 256, headNorms: true, outputGate: 'value' },
};
const mlp: Mlp = { kind: 'experts', experts: 256, active: 8, ffn: 1024, sharedFfn: 1024, sharedGate: true };

export const qwen35_122b_a10b: Model = {
  id: 'qwen3.5-122b-a10b',
  name: 'Qwen3.5 122B-A10B',
  hidden: 3072,
  vocabulary: 248320,
  tied: false,
  layers: repeat(12, ...repeat(3, { attention: linear, mlp }), { attention: full, mlp }),
  source: 'config.json of Qwen/Qwen3.5-122B-A10B; shapes of huggingface/transformers 5.18.0 `models/qwen3_5_moe`',
};

export default {
  model: qwen35_122b_a10b,
  positions: 262_144,
  published: {
    parameters: 122_111_526_912,
    source:
      'Qwen/Qwen3.5-122B-A10B by transformers 5.18.0 on the meta device, router biases included; its name says 122 B',
  },
} satisfies Preset;
