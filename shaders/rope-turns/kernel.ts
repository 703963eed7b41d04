/**
 * The cosines and sines of a decode step whose positions only the GPU knows.
 *
 * An angle of 10⁵ radians has two digits left in f32, so the GPU computes no angles. The CPU makes two tables in f64,
 * for near and for far positions, of some hundred KiB for any context. The GPU combines them: cos(a + b) = cos a · cos
 * b − sin a · sin b.
 */

import { defineKernel, type Input } from '../kernel.ts';
import { contextsOf, type KvCacheParams, refusesCache, SEQUENCE_WGSL, sequencesInput } from '../kv-cache.ts';
import wgsl from './rope-turns.wgsl?raw';

type RopeTurnsParams = KvCacheParams & {
  /** The base of the angles. */
  readonly theta: number;
};

type RopeTurnsTuning = { readonly workgroupSize: number };

/**
 * The number of entries of the near table, which is the number of positions from one entry of the far table to the
 * next.
 */
const NEAR_POSITIONS = 256;

/** The number of pairs of values that are rotated: those of a whole head, or of the part behind MLA's latent. */
const pairs = (p: RopeTurnsParams): number => (p.ropeDim || p.headDim) / 2;

/** The maximum number of positions of a sequence. */
const positions = (p: RopeTurnsParams): number => p.context + p.room;

const angle = (p: RopeTurnsParams, position: number, pair: number): number => position * p.theta ** (-pair / pairs(p));

/** The input `name`: cosines and sines of every pair, at `rows` positions that are `stride` apart. */
function table(p: RopeTurnsParams, name: string, rows: number, stride: number): Input {
  const bytes = Math.ceil((rows * pairs(p)) / 2) * 16;
  return {
    kind: 'given',
    name,
    type: 'array<vec2<f32>>',
    bytes,
    // The data is made on demand: a plan asks for sizes alone.
    get data() {
      const data = new Float32Array(bytes / 4);
      for (let i = 0; i < rows * pairs(p); i++) {
        const a = angle(p, Math.floor(i / pairs(p)) * stride, i % pairs(p));
        data.set([Math.cos(a), Math.sin(a)], 2 * i);
      }
      return new Uint32Array(data.buffer);
    },
  };
}

const BASE = { room: 0, kvHeads: 1, headDim: 64, ropeDim: 0, format: 'f16', theta: 1e4 };

export default defineKernel<RopeTurnsParams, RopeTurnsTuning>({
  id: 'rope-turns',
  summary: 'cosines and sines of the newest position of each sequence, as exact as f32 holds them',
  variants: { portable: { requires: [] } },
  tunable: { workgroupSize: [32, 64, 128] },
  defaults: { workgroupSize: 64 },
  examples: [
    { ...BASE, batch: 1, context: 1, shortest: 1 },
    { ...BASE, batch: 3, context: 257, shortest: 255, headDim: 128, theta: 5e5 },
    { ...BASE, batch: 32, context: 131_072, shortest: 1, theta: 1e6 },
    { ...BASE, batch: 2, context: 70_000, shortest: 60_000, headDim: 512, ropeDim: 64 },
  ],
  // It only prepares data for others, so it is not timed by itself.
  shapes: () => [],
  refuses: (p) => refusesCache(p),
  wgsl: () => SEQUENCE_WGSL + wgsl,
  constants: (p, t) => ({
    WORKGROUP_SIZE: t.workgroupSize,
    THREADS: p.batch * pairs(p),
    PAIRS: pairs(p),
    NEAR_POSITIONS,
  }),
  inputs: (p) => [
    sequencesInput(p),
    table(p, 'near', NEAR_POSITIONS, 1),
    table(p, 'far', Math.ceil(positions(p) / NEAR_POSITIONS), NEAR_POSITIONS),
  ],
  outputs: (p) => [{ name: 'turns', type: 'array<f32>', elements: p.batch * pairs(p) * 2, compare: 'f32' }],
  workgroups: (p, t) => Math.ceil((p.batch * pairs(p)) / t.workgroupSize),
  work: (p) => ({
    bytesRead: 12 * p.batch + 16 * p.batch * pairs(p),
    bytesWritten: 8 * p.batch * pairs(p),
    flops: 6 * p.batch * pairs(p),
  }),
  reference(p) {
    const contexts = contextsOf(p);
    return (_, index) => {
      const [sequence, at] = [Math.floor(index / (2 * pairs(p))), index % (2 * pairs(p))];
      const a = angle(p, (contexts[sequence] ?? 0) - 1, at % pairs(p));
      return at < pairs(p) ? Math.cos(a) : Math.sin(a);
    };
  },
  // Table entries, products and a sum are rounded to f32, by some 2⁻²⁴ each. A position off by one shows at 1.
  tolerance: { nmse: 1e-13 },
});
