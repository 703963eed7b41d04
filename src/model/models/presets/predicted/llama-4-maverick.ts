import { type GroupedAttention, type Mlp, type Model, repeat } from '../../model.ts';
import type { Preset } from '../../preset.ts';

const full: GroupedAttention = { kind: 'grouped', queryHeads: 40, kvHeads: 8, headDim: 128 };
const chunked: GroupedAttention = { ...full, window: 8192, chunked: true };
const dense: Mlp = { kind: 'dense', ffn: 16384 };
const experts: Mlp = { kind: 'experts', experts: 128, active: 1, ffn: 8192, sharedFfn: 8192 };

export const llama4_maverick: Model = {
  id: 'llama-4-maverick',
  name: 'Llama 4 Maverick',
  hidden: 5120,
  vocabulary: 202048,
  tied: false,
  layers: repeat(
    12,
    { attention: chunked, mlp: dense },
    { attention: chunked, mlp: experts },
    { attention: chunked, mlp: dense },
    { attention: full, mlp: experts },
  ),
  source:
    'config.json of meta-llama/Llama-4-Maverick-17B-128E-Instruct; shapes of huggingface/transformers 5.18.0 `models/llama4`',
};

export default {
  model: llama4_maverick,
  positions: 1_048_576,
  published: {
    parameters: 400_711_848_960,
    source:
      'meta-llama/Llama-4-Maverick-17B-128E-Instruct by transformers 5.18.0 on the meta device, router biases included; card: 400 B',
  },
} satisfies Preset;
