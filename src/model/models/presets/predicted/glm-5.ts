import { type LatentAttention, type Model, repeat } from '../../model.ts';
import type { Preset } from '../../preset.ts';

const attention: LatentAttention = {
  ...{ kind: 'latent', heads: 64, queryRank: 2048, kvRank: 512, nopeDim: 192, ropeDim: 64, valueDim: 256 },
  picks: 2048,
  indexer: { heads: 32, dim: 128, queryRank: 2048 },
};

export const glm_5: Model = {
  id: 'glm-5',
  name: 'GLM-5',
  hidden: 6144,
  vocabulary: 154880,
  tied: false,
  layers: [
    ...repeat(3, { attention, mlp: { kind: 'dense', ffn: 12288 } }),
    ...repeat(75, {
      attention,
      mlp: { kind: 'experts', experts: 256, active: 8, ffn: 2048, sharedFfn: 2048, routerBias: true },
    }),
  ],
  source: 'config.json of zai-org/GLM-5; shapes of huggingface/transformers 5.18.0 `models/glm_moe_dsa`',
};

export default {
  model: glm_5,
  positions: 202_752,
  published: {
    parameters: 743_911_218_432,
    source: 'zai-org/GLM-5 by transformers 5.18.0 on the meta device, router biases included; card: 744 B',
  },
} satisfies Preset;
