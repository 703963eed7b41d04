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

/** A gpt-oss model of `pairs` pairs of layers, a sliding and a full one, each layer with `experts` experts. */
export function gptOss(of: Pick<Model, 'id' | 'name' | 'source'>, pairs: number, experts: number): Model {
  const mlp: ExpertsMlp = { kind: 'experts', experts, active: 4, ffn: 2880, routerBias: true, biases: true };
  const layers = repeat(pairs, { attention: { ...attention, window: 128 }, mlp }, { attention, mlp });
  return { ...of, hidden: 2880, vocabulary: 201088, tied: false, layers };
}
