import { type GroupedAttention, type Model, repeat } from '../model.ts';
import type { Preset } from '../preset.ts';

const attention: GroupedAttention = { kind: 'grouped', queryHeads: 96, kvHeads: 8, headDim: 128, qkvBias: true };

export const glm_45_air: Model = {
  id: 'glm-4.5-air',
  name: 'GLM-4.5 Air',
  hidden: 4096,
  vocabulary: 151552,
  tied: false,
  layers: [
    { attention, mlp: { kind: 'dense', ffn: 10944 } },
    ...repeat(45, {
      attention,
      mlp: { kind: 'experts', experts: 128, active: 8, ffn: 1408, sharedFfn: 1408, routerBias: true },
    }),
  ],
  source: 'config.json of zai-org/GLM-4.5-Air; shapes of huggingface/transformers 5.18.0 `models/glm4_moe`',
};

export default {
  model: glm_45_air,
  positions: 131_072,
  published: {
    parameters: 106_852_251_264,
    source: 'zai-org/GLM-4.5-Air by transformers 5.18.0 on the meta device, router biases included; card: 106 B',
  },
} satisfies Preset;
