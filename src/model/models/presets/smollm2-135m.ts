import { type Model, repeat } from '../model.ts';
import type { Preset } from '../preset.ts';

export const smollm2_135m: Model = {
  id: 'smollm2-135m',
  name: 'SmolLM2 135M',
  hidden: 576,
  vocabulary: 49152,
  tied: true,
  layers: repeat(30, {
    attention: { kind: 'grouped', queryHeads: 9, kvHeads: 3, headDim: 64 },
    mlp: { kind: 'dense', ffn: 1536 },
  }),
  source: 'mlc-ai/mlc-llm python/mlc_llm/model/model_preset.py',
};

export default {
  model: smollm2_135m,
  positions: 8192,
  published: { parameters: 134_515_008, source: 'HuggingFaceTB/SmolLM2-135M' },
} satisfies Preset;
