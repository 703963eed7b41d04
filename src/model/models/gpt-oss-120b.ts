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

const mlp: ExpertsMlp = { kind: 'experts', experts: 128, active: 4, ffn: 2880, routerBias: true, biases: true };

export const gptOss_120b: Model = {
  id: 'gpt-oss-120b',
  name: 'gpt-oss 120B',
  hidden: 2880,
  vocabulary: 201088,
  tied: false,
  layers: repeat(18, { attention: { ...attention, window: 128 }, mlp }, { attention, mlp }),
  source: 'gpt-oss model card, arXiv 2508.10925, section 2 and table 1',
};
