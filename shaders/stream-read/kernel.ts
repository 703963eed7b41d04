import { defineKernel } from '../kernel.ts';
import { ANY_BITS } from '../random.ts';
import wgsl from './stream-read.wgsl?raw';

type StreamReadParams = {
  /** A multiple of 16. */
  readonly bytes: number;
};

type StreamReadTuning = { readonly workgroupSize: number; readonly loadsInFlight: number };

/** Each thread reads 64 × 16 bytes and writes 4, so that the writes are 0.4 % of the traffic. */
const LOADS_PER_THREAD = 64;

const threads = (p: StreamReadParams, t: StreamReadTuning): number =>
  Math.ceil(p.bytes / 16 / (t.workgroupSize * LOADS_PER_THREAD)) * t.workgroupSize;

export default defineKernel<StreamReadParams, StreamReadTuning>({
  id: 'stream-read',
  summary: 'reads every byte once, in 16-byte loads: the ceiling that decode is judged against',
  variants: { portable: { requires: [] } },
  tunable: { workgroupSize: [64, 128, 256], loadsInFlight: [1, 2, 4, 8] },
  defaults: { workgroupSize: 256, loadsInFlight: 8 },
  examples: [{ bytes: 16 }, { bytes: 16 * 16384 }, { bytes: 16 * 16385 }, { bytes: 16 * 99991 }],
  shapes: (sizes) => sizes.slice(-1).map((bytes) => ({ bytes })),
  refuses: (p) => (p.bytes % 16 === 0 ? undefined : `bytes must be a multiple of 16; got ${p.bytes}`),
  wgsl: () => wgsl,
  constants: (p, t) => ({
    WORKGROUP_SIZE: t.workgroupSize,
    LOADS_IN_FLIGHT: t.loadsInFlight,
    STEPS: LOADS_PER_THREAD / t.loadsInFlight,
    LOADS: p.bytes / 16,
    THREADS: threads(p, t),
  }),
  inputs: (p) => [{ kind: 'streamed', name: 'source', type: 'array<vec4<u32>>', bytes: p.bytes, words: ANY_BITS }],
  outputs: (p, t) => [{ name: 'sums', type: 'array<u32>', elements: threads(p, t), compare: 'u32' }],
  workgroups: (p, t) => threads(p, t) / t.workgroupSize,
  work: (p, t) => ({ bytesRead: p.bytes, bytesWritten: 4 * threads(p, t), flops: 0 }),
  reference:
    (p, { source }, t) =>
    (_, thread) => {
      const { workgroupSize: size } = t;
      const first = Math.floor(thread / size) * size * LOADS_PER_THREAD + (thread % size);
      let sum = 0;
      for (let i = 0; i < LOADS_PER_THREAD; i++) {
        const load = first + i * size;
        if (load >= p.bytes / 16) break;
        for (let word = 0; word < 4; word++) sum = (sum + (source?.(load * 4 + word) ?? 0)) >>> 0;
      }
      return sum;
    },
  tolerance: { nmse: 0 },
});
