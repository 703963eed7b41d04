import {
  type DeltaAttention,
  type ExpertsMlp,
  type Extra,
  type LatentAttention,
  type Layer,
  type Model,
  repeat,
} from '../../model.ts';
import type { Preset } from '../../preset.ts';

const linear: DeltaAttention = {
  ...{ kind: 'delta', keyHeads: 96, valueHeads: 96, keyDim: 128, valueDim: 128, convolution: 4, decayRank: 128 },
};
const full: LatentAttention = {
  ...{ kind: 'latent', heads: 96, queryRank: 1536, kvRank: 512, nopeDim: 128, ropeDim: 64, valueDim: 128 },
  outputGate: true,
};
const experts: ExpertsMlp = {
  ...{ kind: 'experts', experts: 896, active: 16, ffn: 3072, sharedFfn: 6144, routerBias: true },
  ...{ latentDim: 3584, latentNorm: true },
};
/** What weighs the outputs of the blocks before: a norm and a vector. */
const residual = (name: string): Extra[] => [
  { name: `${name} residual norm`, rows: 1, columns: 7168, kind: 'vector' },
  { name: `${name} residual`, rows: 1, columns: 7168 },
];
const extras = ['attention', 'mlp'].flatMap(residual);
const delta: Layer = { attention: linear, mlp: experts, extras };
const latent: Layer = { attention: full, mlp: experts, extras };

export const kimi_k3: Model = {
  id: 'kimi-k3',
  name: 'Kimi K3',
  hidden: 7168,
  vocabulary: 163840,
  tied: false,
  layers: [
    { attention: linear, mlp: { kind: 'dense', ffn: 33792 }, extras },
    ...[delta, delta, latent],
    ...repeat(22, delta, delta, delta, latent),
    latent,
  ],
  extras: residual('output'),
  source: 'config.json of moonshotai/Kimi-K3, its `text_config`; tensors of sgl-project/sglang `models/kimi_k3.py`',
};

export default {
  model: kimi_k3,
  positions: 1_048_576,
  published: {
    parameters: 2_779_484_476_000,
    source: 'moonshotai/Kimi-K3: the tensors of sglang `models/kimi_k3.py`; card: 2.8 T',
  },
} satisfies Preset;
