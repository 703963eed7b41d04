import { type LatentAttention, type Model, repeat } from '../model.ts';
import type { Preset } from '../preset.ts';

const attention: LatentAttention = {
  ...{ kind: 'latent', heads: 128, queryRank: 1536, kvRank: 512, nopeDim: 128, ropeDim: 64, valueDim: 128 },
  picks: 2048,
  indexer: { heads: 64, dim: 128, queryRank: 1536 },
};

export const deepseek_v32: Model = {
  id: 'deepseek-v3.2',
  name: 'DeepSeek V3.2',
  hidden: 7168,
  vocabulary: 129280,
  tied: false,
  layers: [
    ...repeat(3, { attention, mlp: { kind: 'dense', ffn: 18432 } }),
    ...repeat(58, {
      attention,
      mlp: { kind: 'experts', experts: 256, active: 8, ffn: 2048, sharedFfn: 2048, routerBias: true },
    }),
  ],
  source: 'config.json of deepseek-ai/DeepSeek-V3.2; shapes of huggingface/transformers 5.18.0 `models/deepseek_v32`',
};

export default {
  model: deepseek_v32,
  published: {
    parameters: 671_877_944_064,
    source: 'deepseek-ai/DeepSeek-V3.2 by transformers 5.18.0 on the meta device, router biases included; card: 671 B',
  },
} satisfies Preset;
