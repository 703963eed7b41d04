import { gptOss } from '../gpt-oss.ts';
import type { Preset } from '../preset.ts';

export const gptOss_20b = gptOss(
  {
    id: 'gpt-oss-20b',
    name: 'gpt-oss 20B',
    source: 'ai-dynamo/aiconfigurator aic-core/src/aiconfigurator_core/model_configs',
  },
  12,
  32,
);

export default {
  model: gptOss_20b,
  positions: 131_072,
  published: { parameters: 20_914_757_184, source: 'openai/gpt-oss-20b, unpacked; the model card says 20.91 B' },
} satisfies Preset;
