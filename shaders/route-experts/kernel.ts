/**
 * The router of a mixture of experts: from its logits to the tiles that `moe-gemv` reads in the order `pairs`. The
 * shares are a softmax over the picked experts, as in Mixtral (arXiv 2401.04088, §2.1). Qwen3 takes a softmax over all
 * experts, keeps the largest shares and scales them to sum to 1, which gives the same.
 */

import { f32 } from '../formats/f32.ts';
import { defineKernel } from '../kernel.ts';
import wgsl from './route-experts.wgsl?raw';

type RouteExpertsParams = {
  /** The number of tokens. */
  readonly batch: number;
  readonly experts: number;
  /** The number of experts that each token picks. */
  readonly active: number;
};

type RouteExpertsTuning = { readonly workgroupSize: number };

/** The maximum number of experts: the logits of a token are kept in workgroup memory. */
const MAX_EXPERTS = 1024;

export default defineKernel<RouteExpertsParams, RouteExpertsTuning>({
  id: 'route-experts',
  summary: 'picks the experts of each token, and the share of each',
  variants: { portable: { requires: [] } },
  tunable: { workgroupSize: [32, 64, 128] },
  defaults: { workgroupSize: 64 },
  examples: [
    { batch: 1, experts: 1, active: 1 },
    { batch: 3, experts: 131, active: 8 },
    { batch: 8, experts: 8, active: 2 },
    { batch: 32, experts: 5, active: 5 },
    { batch: 2, experts: 384, active: 8 },
  ],
  // One token and the experts of Qwen3-30B-A3B. What counts is the time of a dispatch, not the bytes.
  shapes: (_, breadth) => (breadth === 'few' ? [] : [{ batch: 1, experts: 128, active: 8 }]),
  refuses(p, t) {
    if (p.experts > MAX_EXPERTS) return `experts must be at most ${MAX_EXPERTS}; got ${p.experts}`;
    const max = Math.min(p.experts, t.workgroupSize);
    return p.active <= max
      ? undefined
      : `active must exceed neither experts nor workgroupSize; got ${p.active}, ${p.experts} and ${t.workgroupSize}`;
  },
  wgsl: () => wgsl,
  constants: (p, t) => ({
    WORKGROUP_SIZE: t.workgroupSize,
    HALVINGS: Math.log2(t.workgroupSize),
    BATCH: p.batch,
    EXPERTS: p.experts,
    ACTIVE: p.active,
    EXPERTS_PER_THREAD: Math.ceil(p.experts / t.workgroupSize),
    LOGITS: t.workgroupSize * Math.ceil(p.experts / t.workgroupSize),
  }),
  inputs: (p) => [
    {
      kind: 'random',
      name: 'logits',
      type: 'array<f32>',
      bytes: Math.ceil((p.batch * p.experts) / 4) * 16,
      words: f32.words,
    },
  ],
  outputs: (p) => [
    { name: 'tiles', type: 'array<u32>', elements: 3 * p.batch * p.active, compare: 'u32' },
    { name: 'shares', type: 'array<f32>', elements: p.batch * p.active, compare: 'f32' },
  ],
  workgroups: (p) => p.batch,
  work: (p) => ({
    bytesRead: 4 * p.batch * p.experts,
    bytesWritten: 16 * p.batch * p.active,
    flops: p.batch * p.experts * p.active,
  }),
  reference(p, { logits }) {
    if (!logits) throw new Error('route-experts needs the input logits');
    const picksOf = (token: number) =>
      Array.from({ length: p.experts }, (_, expert) => ({
        expert,
        logit: f32.quant(logits(token * p.experts + expert)),
      }))
        .sort((a, b) => b.logit - a.logit || a.expert - b.expert)
        .slice(0, p.active);
    return (output, index) => {
      const pair = output === 'tiles' ? Math.floor(index / 3) : index;
      const picks = picksOf(Math.floor(pair / p.active));
      const { expert = 0, logit = 0 } = picks[pair % p.active] ?? {};
      if (output === 'tiles') return [expert, 1, pair][index % 3] ?? 0;
      return Math.exp(logit) / picks.reduce((sum, pick) => sum + Math.exp(pick.logit), 0);
    };
  },
  // The error is that of the shares. Pairs and experts are exact and up to hundreds, and weigh in the same sum.
  tolerance: { nmse: 1e-13 },
});
