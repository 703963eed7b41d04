import { type LatentAttention, type Model, repeat } from '../model.ts';
import type { Preset } from '../preset.ts';

const attention: LatentAttention = {
  kind: 'latent',
  heads: 64,
  queryRank: 1536,
  kvRank: 512,
  nopeDim: 128,
  ropeDim: 64,
  valueDim: 128,
};

export const kimi_k2: Model = {
  id: 'kimi-k2',
  name: 'Kimi K2',
  hidden: 7168,
  vocabulary: 163840,
  tied: false,
  layers: [
    ...repeat(1, { attention, mlp: { kind: 'dense', ffn: 18432 } }),
    ...repeat(60, {
      attention,
      mlp: { kind: 'experts', experts: 384, active: 8, ffn: 2048, sharedFfn: 2048, routerBias: true },
    }),
  ],
  source: 'ai-dynamo/aiconfigurator aic-core/src/aiconfigurator_core/model_configs',
};

export default {
  model: kimi_k2,
  positions: 131_072,
  published: { parameters: 1_026_408_232_448, source: 'moonshotai/Kimi-K2-Instruct: its headers without scales' },
} satisfies Preset;
