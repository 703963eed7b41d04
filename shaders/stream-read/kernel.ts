import { ANY_BITS } from '../random.ts';
import { defineStream, loadsOf, STREAM_TUNABLE, threads } from '../stream.ts';
import body from './stream-read.wgsl?raw';

export default defineStream({
  id: 'stream-read',
  summary: 'reads every byte once, in 16-byte loads: the ceiling that decode is judged against',
  arrays: 1,
  body,
  // A thread writes one word, which is 0.4 % of the traffic with 64 loads, and 1.6 % with 16.
  tunable: { ...STREAM_TUNABLE, loadsPerThread: [16, 64, 256] },
  defaults: { workgroupSize: 256, loadsInFlight: 8, loadsPerThread: 64, walk: 0 },
  shapes: (sizes) => sizes.slice(-1).map((bytes) => ({ bytes })),
  inputs: (p) => [{ kind: 'streamed', name: 'source', type: 'array<vec4<u32>>', bytes: p.bytes, words: ANY_BITS }],
  outputs: (p, t) => [{ name: 'sums', type: 'array<u32>', elements: threads(p, t), compare: 'u32' }],
  work: (p, t) => ({ bytesRead: p.bytes, bytesWritten: 4 * threads(p, t), flops: 0 }),
  reference:
    (p, { source }, t) =>
    (_, thread) => {
      let sum = 0;
      for (const load of loadsOf(thread, p, t)) {
        for (let word = 0; word < 4; word++) sum = (sum + (source?.(load * 4 + word) ?? 0)) >>> 0;
      }
      return sum;
    },
});
