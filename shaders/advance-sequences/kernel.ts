/**
 * Updates the tables of the KV cache on the GPU, from one decode step to the next. An engine's CPU can write them
 * before every step, but not if it hands many steps to the GPU at once. The kernel reads one table and writes
 * another, and the two change places after every step.
 */

import { defineKernel } from '../kernel.ts';
import { type KvCacheParams, refusesCache, SEQUENCE_WGSL, sequencesInput, sequencesOf } from '../kv-cache.ts';
import wgsl from './advance-sequences.wgsl?raw';

type AdvanceSequencesParams = KvCacheParams & {
  /** The window of `attention`: the maximum number of positions that it attends to; 0 = all. */
  readonly window: number;
  /** The tuning of `attention` that says where its splits end. */
  readonly positionsPerSplit: number;
};

type AdvanceSequencesTuning = { readonly workgroupSize: number };

const BASE = { room: 1, kvHeads: 2, headDim: 64, ropeDim: 0, format: 'f16', window: 0, positionsPerSplit: 256 };

export default defineKernel<AdvanceSequencesParams, AdvanceSequencesTuning>({
  id: 'advance-sequences',
  summary: 'makes each sequence of a batch one position longer, and counts the splits that attention makes of it',
  variants: { portable: { requires: [] } },
  tunable: { workgroupSize: [32, 64, 128] },
  defaults: { workgroupSize: 32 },
  examples: [
    { ...BASE, batch: 1, context: 1, shortest: 1 },
    // The step from 256 positions to 257 adds a split.
    { ...BASE, batch: 33, context: 256, shortest: 256 },
    { ...BASE, batch: 200, context: 3000, shortest: 1, positionsPerSplit: 128 },
    { ...BASE, batch: 32, context: 700, shortest: 3, window: 500 },
  ],
  // It only prepares data for others, so it is not timed by itself.
  shapes: () => [],
  refuses: (p) => refusesCache(p),
  wgsl: () => SEQUENCE_WGSL + wgsl,
  constants: (p, t) => ({
    WORKGROUP_SIZE: t.workgroupSize,
    BATCH: p.batch,
    WINDOW: p.window || 2 ** 32 - 1,
    POSITIONS_PER_SPLIT: p.positionsPerSplit,
  }),
  inputs: (p) => [{ ...sequencesInput(p), name: 'before' }],
  outputs: (p) => [
    { name: 'sequences', type: 'array<Sequence>', elements: 3 * p.batch, compare: 'u32' },
    { name: 'splits', type: 'array<u32>', elements: p.batch, compare: 'u32' },
  ],
  workgroups: (p, t) => Math.ceil(p.batch / t.workgroupSize),
  work: (p) => ({ bytesRead: 12 * p.batch, bytesWritten: 16 * p.batch, flops: 0 }),
  reference(p) {
    const sequences = sequencesOf(p).map((s) => ({ ...s, context: s.context + 1 }));
    const words = sequences.flatMap(({ context, firstRow, rowsPerHead }) => [context, firstRow, rowsPerHead]);
    return (output, index) => {
      if (output === 'sequences') return words[index] ?? 0;
      const { context = 0 } = sequences[index] ?? {};
      return Math.ceil(Math.min(context, p.window || context) / p.positionsPerSplit);
    };
  },
  tolerance: { nmse: 0 },
});
