import { type ExpertsMlp, type GroupedAttention, type Model, repeat } from './model.ts';

const attention: GroupedAttention = {
  kind: 'grouped',
  queryHeads: 64,
  kvHeads: 8,
  headDim: 64,
  qkvBias: true,
  outputBias: true,
  sinks: true,
};

const mlp: ExpertsMlp = { kind: 'experts', experts: 32, active: 4, ffn: 2880, routerBias: true, biases: true };

export const gptOss_20b: Model = {
  id: 'gpt-oss-20b',
  name: 'gpt-oss 20B',
  hidden: 2880,
  vocabulary: 201088,
  tied: false,
  layers: repeat(12, { attention: { ...attention, window: 128 }, mlp }, { attention, mlp }),
  source: 'ai-dynamo/aiconfigurator aic-core/src/aiconfigurator_core/model_configs',
};
