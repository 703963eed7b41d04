import type { Model } from '../../model.ts';
import type { Preset } from '../../preset.ts';
import { attention, deepseek_v3, layersWith } from '../deepseek-v3.ts';

/** V3 with an indexer in each layer, and nothing else. */
export const deepseek_v32: Model = {
  ...deepseek_v3,
  id: 'deepseek-v3.2',
  name: 'DeepSeek V3.2',
  layers: layersWith({ ...attention, picks: 2048, indexer: { heads: 64, dim: 128, queryRank: 1536 } }),
  source: 'config.json of deepseek-ai/DeepSeek-V3.2; shapes of huggingface/transformers 5.18.0 `models/deepseek_v32`',
};

export default {
  model: deepseek_v32,
  positions: 163_840,
  published: {
    parameters: 671_877_944_064,
    source: 'deepseek-ai/DeepSeek-V3.2 by transformers 5.18.0 on the meta device, router biases included; card: 671 B',
  },
} satisfies Preset;
