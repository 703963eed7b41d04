/** The cache curve: bandwidth over working sets, which shows how fast each cache is and where it ends. */

import { defineKernel } from '../kernel.ts';
import { ANY_BITS } from '../random.ts';
import wgsl from './working-set-read.wgsl?raw';

type WorkingSetParams = {
  /** The bytes that are read again and again; a multiple of `bytes`. */
  readonly workingSetBytes: number;
  /** The bytes of the working set that one dispatch reads; a multiple of BLOCK_BYTES. */
  readonly bytes: number;
  /** The number of times that a dispatch reads its bytes. */
  readonly sweeps: number;
};

/**
 * The only workgroup size. Sizes of working sets are compared here, and with several layouts each would have to be
 * tuned.
 */
const WORKGROUP_SIZE = 256;
const LOADS_IN_FLIGHT = 8;
const BLOCKS_PER_GROUP = 8;
const BLOCK_BYTES = 16 * WORKGROUP_SIZE * LOADS_IN_FLIGHT;

/** The minimum working set, in bytes: smaller than any last-level cache, and already little work for a large GPU. */
const MIN_SET_BYTES = 64 * 2 ** 10;

/**
 * The minimum working set of a quick look, in bytes: smaller caches matter little to memory figures, which rotate
 * through far more.
 */
const MIN_QUICK_SET_BYTES = 4 * 2 ** 20;

const blocksOf = ({ bytes }: WorkingSetParams): number => bytes / BLOCK_BYTES;
const blocksRead = (p: WorkingSetParams): number => blocksOf(p) * p.sweeps;
const groups = (p: WorkingSetParams): number => Math.ceil(blocksRead(p) / BLOCKS_PER_GROUP);

/**
 * Returns the shape for a working set. A dispatch sweeps several times over a small one; equal dispatches share a large
 * one.
 */
function setOf(workingSetBytes: number, dispatchBytes: number): WorkingSetParams {
  const bytes = workingSetBytes / Math.ceil(workingSetBytes / dispatchBytes);
  return { workingSetBytes, bytes, sweeps: Math.max(1, Math.floor(dispatchBytes / bytes)) };
}

export default defineKernel<WorkingSetParams, Record<string, never>>({
  id: 'working-set-read',
  summary: 'reads the same bytes again and again, few or many: how fast each cache is, and where it ends',
  variants: { portable: { requires: [] } },
  tunable: {},
  defaults: {},
  examples: [
    { workingSetBytes: 2 * BLOCK_BYTES, bytes: 2 * BLOCK_BYTES, sweeps: 1 },
    { workingSetBytes: 3 * BLOCK_BYTES, bytes: 3 * BLOCK_BYTES, sweeps: 7 },
    { workingSetBytes: 22 * BLOCK_BYTES, bytes: 11 * BLOCK_BYTES, sweeps: 2 },
  ],
  shapes(sizes, breadth, poolBytes) {
    const dispatchBytes = sizes.at(-1) ?? 0;
    if (dispatchBytes < 2 * MIN_SET_BYTES) return [];
    const sets: number[] = [];
    const smallest = breadth === 'few' ? MIN_QUICK_SET_BYTES : MIN_SET_BYTES;
    for (let bytes = smallest; bytes <= poolBytes; bytes *= 2) {
      sets.push(bytes);
      // Two sizes per octave if there is time for them: a cache is seldom a power of two.
      if (breadth === 'all' && 1.5 * bytes <= poolBytes) sets.push(1.5 * bytes);
    }
    return sets.map((bytes) => setOf(bytes, dispatchBytes));
  },
  refuses: (p) =>
    p.bytes % BLOCK_BYTES === 0 && p.workingSetBytes % p.bytes === 0
      ? undefined
      : `bytes must be a multiple of ${BLOCK_BYTES} and a whole part of workingSetBytes, ${p.workingSetBytes}; got ${p.bytes}`,
  wgsl: () => wgsl,
  constants: () => ({ WORKGROUP_SIZE, LOADS_IN_FLIGHT, BLOCKS_PER_GROUP }),
  inputs: (p) => [
    {
      kind: 'streamed',
      name: 'source',
      type: 'array<vec4<u32>>',
      bytes: p.bytes,
      words: ANY_BITS,
      workingSetBytes: p.workingSetBytes,
    },
    // Sizes are data, not constants, so that one pipeline serves all of them.
    {
      kind: 'given',
      name: 'sweep',
      type: 'Sweep',
      bytes: 16,
      data: new Uint32Array([blocksOf(p), blocksRead(p), 0, 0]),
    },
  ],
  outputs: (p) => [{ name: 'sums', type: 'array<u32>', elements: groups(p) * WORKGROUP_SIZE, compare: 'u32' }],
  workgroups: groups,
  work: (p) => ({ bytesRead: p.bytes * p.sweeps, bytesWritten: 4 * groups(p) * WORKGROUP_SIZE, flops: 0 }),
  reference:
    (p, { source }) =>
    (_, thread) => {
      const group = Math.floor(thread / WORKGROUP_SIZE);
      const end = Math.min((group + 1) * BLOCKS_PER_GROUP, blocksRead(p));
      let sum = 0;
      for (let block = group * BLOCKS_PER_GROUP; block < end; block++) {
        for (let i = 0; i < LOADS_IN_FLIGHT; i++) {
          const load = ((block % blocksOf(p)) * LOADS_IN_FLIGHT + i) * WORKGROUP_SIZE + (thread % WORKGROUP_SIZE);
          for (let word = 0; word < 4; word++) sum = (sum + (source?.(load * 4 + word) ?? 0)) >>> 0;
        }
      }
      return sum;
    },
  tolerance: { nmse: 0 },
  code: {
    budget: () => ({
      amd: { instructionsPerByte: 0.22, loadsInFlight: 8 },
      intel: { instructionsPerByte: 0.52, loadsInFlight: 3 },
    }),
  },
});
