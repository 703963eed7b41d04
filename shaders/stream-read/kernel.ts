import { ANY_BITS } from '../random.ts';
import { defineStream, loadsOf, STREAM_TUNABLE, type StreamTuning, threads } from '../stream.ts';
import body from './stream-read.wgsl?raw';

/**
 * Loads in flight hide the latency of memory. By Little's law an H200 with 4.8 TB/s needs 36 KB in flight on each of its
 * 132 processors, if a load takes as long as a microsecond. Eight loads of 16 bytes for each of 2048 threads are 262 KB:
 * enough even where registers leave room for a quarter of the threads. Each workgroup walks 256 KiB of its own.
 */
const DEFAULTS: StreamTuning = { workgroupSize: 256, loadsInFlight: 8, loadsPerThread: 64, walk: 0 };

/**
 * Waves of 64 threads, as AMD's GCN and CDNA and Qualcomm's Adreno have them. A workgroup is one wave, so that none
 * waits for another, and half of the registers leave room for twice the waves. The whole grid walks together, so that
 * its loads spread over all channels of memory, whatever bits of an address choose the channel.
 */
const WAVES_OF_64: StreamTuning = { workgroupSize: 64, loadsInFlight: 4, loadsPerThread: 16, walk: 1 };

/**
 * Machines with few registers: software adapters, which keep what is in flight in memory, and small mobile GPUs. A
 * thread has one load in flight and takes many, since starting a workgroup costs such a machine more than its loads do.
 */
const FEW_REGISTERS: StreamTuning = { workgroupSize: 64, loadsInFlight: 1, loadsPerThread: 256, walk: 0 };

export default defineStream({
  id: 'stream-read',
  summary: 'reads every byte once, in 16-byte loads: the ceiling that decode is judged against',
  arrays: 1,
  body,
  // A thread writes one word, which is 0.4 % of the traffic with 64 loads, and 1.6 % with 16.
  tunable: { ...STREAM_TUNABLE, loadsPerThread: [16, 64, 256] },
  defaults: DEFAULTS,
  yardstick: { includes: () => true, layouts: [WAVES_OF_64, FEW_REGISTERS] },
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
  code: {
    budget: () => ({
      amd: { instructionsPerByte: 0.22, loadsInFlight: 8 },
      intel: { instructionsPerByte: 0.46, loadsInFlight: 8 },
    }),
  },
});
