import { type LatentAttention, type Layer, type Model, repeat } from '../model.ts';
import type { Preset } from '../preset.ts';

export const attention: LatentAttention = {
  kind: 'latent',
  heads: 128,
  queryRank: 1536,
  kvRank: 512,
  nopeDim: 128,
  ropeDim: 64,
  valueDim: 128,
};

/** The layers with an attention. */
export const layersWith = (attention: LatentAttention): readonly Layer[] => [
  ...repeat(3, { attention, mlp: { kind: 'dense', ffn: 18432 } }),
  ...repeat(58, {
    attention,
    mlp: { kind: 'experts', experts: 256, active: 8, ffn: 2048, sharedFfn: 2048, routerBias: true },
  }),
];

export const deepseek_v3: Model = {
  id: 'deepseek-v3',
  name: 'DeepSeek V3',
  hidden: 7168,
  vocabulary: 129280,
  tied: false,
  layers: layersWith(attention),
  source: 'ai-dynamo/aiconfigurator aic-core/src/aiconfigurator_core/model_configs',
};

export default {
  model: deepseek_v3,
  positions: 163_840,
  published: {
    parameters: 671_026_419_200,
    source: 'deepseek-ai/DeepSeek-V3: its headers without layer 61 and without scales; card: 671 B',
  },
} satisfies Preset;
