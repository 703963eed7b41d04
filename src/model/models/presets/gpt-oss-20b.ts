import { gptOss } from './gpt-oss.ts';

export const gptOss_20b = gptOss(
  {
    id: 'gpt-oss-20b',
    name: 'gpt-oss 20B',
    source: 'ai-dynamo/aiconfigurator aic-core/src/aiconfigurator_core/model_configs',
  },
  12,
  32,
);
