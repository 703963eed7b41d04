import { type DeltaAttention, type GroupedAttention, type Mlp, type Model, repeat } from '../../model.ts';
import type { Preset } from '../../preset.ts';

const linear: DeltaAttention = {
  ...{ kind: 'delta', keyHeads: 16, valueHeads: 32, keyDim: 128, valueDim: 128, convolution: 4 },
};
const full: GroupedAttention = {
  ...{ kind: 'grouped', queryHeads: 16, kvHeads: 2, headDim: 256, headNorms: true, outputGate: 'value' },
};
const mlp: Mlp = { kind: 'experts', experts: 256, active: 8, ffn: 512, sharedFfn: 512, sharedGate: true };

export const qwen36_35b_a3b: Model = {
  id: 'qwen3.6-35b-a3b',
  name: 'Qwen3.6 35B-A3B',
  hidden: 2048,
  vocabulary: 248320,
  tied: false,
  layers: repeat(10, ...repeat(3, { attention: linear, mlp }), { attention: full, mlp }),
  source: 'config.json of Qwen/Qwen3.6-35B-A3B; shapes of huggingface/transformers 5.18.0 `models/qwen3_5_moe`',
};

export default {
  model: qwen36_35b_a3b,
  positions: 262_144,
  published: {
    parameters: 34_660_610_688,
    source:
      'Qwen/Qwen3.6-35B-A3B by transformers 5.18.0 on the meta device, router biases included; its name says 35 B',
  },
} satisfies Preset;
