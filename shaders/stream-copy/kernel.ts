import { ANY_BITS } from '../random.ts';
import { defineStream, STREAM_DEFAULTS, STREAM_TUNABLE } from '../stream.ts';
import body from './stream-copy.wgsl?raw';

export default defineStream({
  id: 'stream-copy',
  summary: 'reads one array and writes another, bit for bit: how fast memory turns around',
  arrays: 2,
  body,
  tunable: STREAM_TUNABLE,
  defaults: STREAM_DEFAULTS,
  inputs: (p) => [{ kind: 'streamed', name: 'source', type: 'array<vec4<u32>>', bytes: p.bytes, words: ANY_BITS }],
  outputs: (p) => [{ name: 'copied', type: 'array<vec4<u32>>', elements: p.bytes / 4, compare: 'u32', streamed: true }],
  reference:
    (_, { source }) =>
    (__, word) =>
      source?.(word) ?? 0,
  code: {
    budget: () => ({
      amd: { instructionsPerByte: 0.06, loadsInFlight: 4 },
      intel: { instructionsPerByte: 0.17, loadsInFlight: 4 },
    }),
  },
});
