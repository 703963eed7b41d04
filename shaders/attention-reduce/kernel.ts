/**
 * Decode attention, second half: one output per query head, from the outputs of its splits.
 *
 * A split's weight is 2^lse, the sum of its 2^score, so the result is the softmax over all positions (T. Dao,
 * FlashAttention-2, arXiv 2307.08691, §3.1, which keeps only the log-sum-exp of a block). A sink is one more score of a
 * head, which has no value, so that the weights of the values sum to less than 1 (gpt-oss, arXiv 2508.10925, §2.2; G.
 * Xiao et al., arXiv 2309.17453).
 */

import { planeValue } from '../formats/activations.ts';
import { f32, f32FromWord } from '../formats/f32.ts';
import { defineKernel, type Input } from '../kernel.ts';
import { hash } from '../random.ts';
import { fillIn } from '../template.ts';
import wgsl from './attention-reduce.wgsl?raw';

type AttentionReduceParams = {
  /** The number of sequences. */
  readonly batch: number;
  /**
   * The number of splits of the first sequence. The pipeline serves every table of sequences with no more splits each.
   */
  readonly splits: number;
  /** The minimum number of splits of the other sequences. Each has `fewest` to `splits`, at random but fixed. */
  readonly fewest: number;
  readonly queryHeads: number;
  readonly headDim: number;
  /** The number of planes `attended` is stored in, to match the weights that read it; 1 = row order. */
  readonly planes: number;
  /** `sinks`: every query head has a learned score that takes its part of the softmax and has no value. */
  readonly form: 'plain' | 'sinks';
};

type AttentionReduceTuning = { readonly workgroupSize: number; readonly loadsInFlight: number };

const splitsOf = ({ batch, splits, fewest }: AttentionReduceParams): number[] =>
  Array.from({ length: batch }, (_, sequence) =>
    sequence === 0 ? splits : fewest + (hash(sequence, splits) % (splits - fewest + 1)),
  );

/** The number of outputs of one head over one split. */
const partials = (p: AttentionReduceParams): number =>
  splitsOf(p).reduce((total, splits) => total + splits, 0) * p.queryHeads;

const workgroups = (p: AttentionReduceParams): number => p.batch * p.queryHeads;

/** The number of threads that share a split. Each has a vector of four. */
const columns = (p: AttentionReduceParams): number => p.headDim / 4;

/** WGSL of the score of a head's sink, in bits. */
const SINK: Readonly<Record<AttentionReduceParams['form'], string>> = {
  plain: 'MASKED',
  sinks: `sinks[head] * ${Math.LOG2E}`,
};

const sinksInput = ({ queryHeads }: AttentionReduceParams): Input => {
  return { kind: 'random', name: 'sinks', type: 'array<f32>', bytes: Math.ceil(queryHeads / 4) * 16, words: f32.words };
};

const WORKGROUP_SIZES = [64, 128, 256] as const;
const MAX_LOADS = 8;

/**
 * Returns the defaults for a problem: as few threads, and of them as few loads, as take all splits in one step; the most where
 * none do. Threads without a split of their own cost a software adapter as much as others.
 */
function defaultsFor(p: AttentionReduceParams): AttentionReduceTuning {
  const splitsEach = (workgroupSize: number) => Math.ceil((p.splits * columns(p)) / workgroupSize);
  const suits = (workgroupSize: number) => workgroupSize >= columns(p) && splitsEach(workgroupSize) <= MAX_LOADS;
  const workgroupSize = WORKGROUP_SIZES.find(suits) ?? MOST.workgroupSize;
  return { workgroupSize, loadsInFlight: Math.min(MAX_LOADS, 2 ** Math.ceil(Math.log2(splitsEach(workgroupSize)))) };
}

/** Each query head has one workgroup, so the time is that of the steps which follow one another in it. */
const MOST: AttentionReduceTuning = { workgroupSize: 256, loadsInFlight: MAX_LOADS };

const PLAIN = { planes: 1, form: 'plain' } as const;

export default defineKernel<AttentionReduceParams, AttentionReduceTuning>({
  id: 'attention-reduce',
  summary: 'combines the splits of decode attention',
  variants: { portable: { requires: [] } },
  tunable: { workgroupSize: WORKGROUP_SIZES, loadsInFlight: [1, 2, 4, MAX_LOADS] },
  defaults: MOST,
  defaultsFor,
  examples: [
    { ...PLAIN, batch: 1, splits: 1, fewest: 1, queryHeads: 1, headDim: 64 },
    { ...PLAIN, batch: 3, splits: 67, fewest: 1, queryHeads: 3, headDim: 64 },
    { ...PLAIN, batch: 8, splits: 40, fewest: 1, queryHeads: 4, headDim: 128, planes: 2 },
    { ...PLAIN, batch: 32, splits: 5, fewest: 1, queryHeads: 2, headDim: 64, planes: 8 },
    { ...PLAIN, batch: 2, splits: 130, fewest: 7, queryHeads: 2, headDim: 256, planes: 4 },
    // The latent of MLA.
    { ...PLAIN, batch: 3, splits: 9, fewest: 1, queryHeads: 2, headDim: 512, planes: 16 },
    { ...PLAIN, batch: 1, splits: 1, fewest: 1, queryHeads: 3, headDim: 64, form: 'sinks' },
    { ...PLAIN, batch: 3, splits: 67, fewest: 1, queryHeads: 4, headDim: 64, planes: 2, form: 'sinks' },
  ],
  // The heads of Llama-3-8B at 32768 positions, split by the defaults of `attention`. Their inputs were written just
  // before, and are a hundredth of the cache: they cost a dispatch, not bandwidth.
  shapes: (_, breadth) =>
    breadth === 'few' ? [] : [{ ...PLAIN, batch: 1, splits: 128, fewest: 128, queryHeads: 32, headDim: 128 }],
  refuses(p, t) {
    if (p.fewest < 1 || p.fewest > p.splits) return `fewest must lie in 1 … splits; got ${p.fewest} and ${p.splits}`;
    if ((p.queryHeads * p.headDim) % (4 * p.planes) !== 0) {
      return `queryHeads × headDim must be a multiple of 4 × planes; got ${p.queryHeads} × ${p.headDim} and ${p.planes} planes`;
    }
    return t.workgroupSize % columns(p) === 0
      ? undefined
      : `headDim / 4 must divide workgroupSize; got ${p.headDim} and ${t.workgroupSize}`;
  },
  wgsl: ({ form }) => fillIn(wgsl, { sink: SINK[form] }),
  constants(p, t) {
    const groups = t.workgroupSize / columns(p);
    return {
      WORKGROUP_SIZE: t.workgroupSize,
      WORKGROUPS: workgroups(p),
      QUERY_HEADS: p.queryHeads,
      COLUMNS: columns(p),
      GROUPS: groups,
      LOADS_IN_FLIGHT: t.loadsInFlight,
      STEPS: Math.ceil(p.splits / (groups * t.loadsInFlight)),
      PLANES: p.planes,
    };
  },
  inputs(p): Input[] {
    const splits = splitsOf(p);
    const words = new Uint32Array(Math.ceil(splits.length / 4) * 4);
    words.set(splits);
    return [
      {
        kind: 'random',
        name: 'partial',
        type: 'array<vec4<f32>>',
        bytes: 4 * partials(p) * p.headDim,
        words: f32.words,
      },
      { kind: 'random', name: 'lse', type: 'array<f32>', bytes: Math.ceil(partials(p) / 4) * 16, words: f32.words },
      { kind: 'given', name: 'splits', type: 'array<u32>', bytes: words.byteLength, data: words },
      ...(p.form === 'sinks' ? [sinksInput(p)] : []),
    ];
  },
  outputs: (p) => [{ name: 'attended', type: 'array<vec4<f32>>', elements: workgroups(p) * p.headDim, compare: 'f32' }],
  workgroups,
  work: (p) => ({
    bytesRead: 4 * (partials(p) * (p.headDim + 1) + p.batch + (p.form === 'sinks' ? p.queryHeads : 0)),
    bytesWritten: 4 * workgroups(p) * p.headDim,
    flops: 2 * partials(p) * p.headDim,
  }),
  reference(p, { partial, lse, sinks }) {
    if (!partial || !lse) throw new Error('attention-reduce needs the inputs partial and lse');
    const counts = splitsOf(p);
    const firsts = counts.map((_, sequence) => counts.slice(0, sequence).reduce((a, b) => a + b, 0));
    return (_, element) => {
      const row = p.queryHeads * p.headDim;
      const sequence = Math.floor(element / row);
      const value = planeValue(element % row, p.planes, row / 4 / p.planes);
      const [head, column] = [Math.floor(value / p.headDim), value % p.headDim];
      let sum = 0;
      let total = sinks ? Math.exp(f32FromWord(sinks(head))) : 0;
      for (let split = 0; split < (counts[sequence] ?? 0); split++) {
        const index = ((firsts[sequence] ?? 0) + split) * p.queryHeads + head;
        // Log-sum-exps of tame words are within ±2, so nothing overflows without subtracting their maximum.
        const weight = 2 ** f32FromWord(lse(index));
        sum += weight * f32FromWord(partial(index * p.headDim + column));
        total += weight;
      }
      return sum / total;
    };
  },
  // f32 sums of up to a hundred terms; a split lost or doubled shows at 10⁻⁴.
  tolerance: { nmse: 1e-12 },
});
