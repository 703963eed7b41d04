import { type CompressedAttention, type ExpertsMlp, type Extra, type Layer, type Model, repeat } from '../../model.ts';
import type { Preset } from '../../preset.ts';

const sliding: CompressedAttention = {
  ...{ kind: 'compressed', heads: 64, headDim: 512, queryRank: 1024, window: 128, outputGroups: 8, outputRank: 1024 },
};
const sparse: CompressedAttention = {
  ...{ ...sliding, ratio: 4, picks: 512, indexer: { heads: 64, dim: 128, queryRank: 1024 } },
};
const heavy: CompressedAttention = { ...sliding, ratio: 128 };
/** The first layers pick experts by the token itself, and have no bias. */
const hashed: ExpertsMlp = { kind: 'experts', experts: 256, active: 6, ffn: 2048, sharedFfn: 2048 };
const experts: ExpertsMlp = { ...hashed, routerBias: true };

/** What mixes four streams: weights to collapse, expand and mix them, and their bases. */
const extras: readonly Extra[] = ['attention', 'mlp'].flatMap((part): Extra[] => [
  { name: `${part} streams`, rows: 24, columns: 4 * 4096 },
  { name: `${part} streams base`, rows: 1, columns: 27, kind: 'vector' },
]);
const layer = (attention: CompressedAttention, mlp: ExpertsMlp): Layer => ({ attention, mlp, extras });

export const deepseek_v4_flash: Model = {
  id: 'deepseek-v4-flash',
  name: 'DeepSeek V4 Flash',
  hidden: 4096,
  vocabulary: 129280,
  tied: false,
  layers: [
    ...repeat(2, layer(sliding, hashed)),
    layer(sparse, hashed),
    ...repeat(20, layer(heavy, experts), layer(sparse, experts)),
  ],
  extras: [
    { name: 'streams out', rows: 4, columns: 4 * 4096 },
    { name: 'streams out base', rows: 1, columns: 5, kind: 'vector' },
  ],
  source:
    'config.json of deepseek-ai/DeepSeek-V4-Flash; shapes of huggingface/transformers 5.18.0 `models/deepseek_v4`',
};

export default {
  model: deepseek_v4_flash,
  positions: 1_048_576,
  published: {
    parameters: 284_332_240_471,
    source:
      'deepseek-ai/DeepSeek-V4-Flash by transformers 5.18.0 on the meta device, router biases included; card: 284 B',
  },
} satisfies Preset;
