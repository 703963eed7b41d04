import { f32FromWord } from '../formats/f32.ts';
import { TAME_FLOATS } from '../random.ts';
import { defineStream, STREAM_DEFAULTS, STREAM_TUNABLE } from '../stream.ts';
import body from './stream-triad.wgsl?raw';

/** The factor of STREAM (McCalpin, https://www.cs.virginia.edu/stream/). */
const SCALAR = 3;

export default defineStream({
  id: 'stream-triad',
  summary: "a = b + 3·c in f32, STREAM's triad: two arrays are read, one is written",
  arrays: 3,
  body: `const SCALAR = f32(${SCALAR});\n${body}`,
  // Two arrays are read, so 8 in flight of each are 16 loads.
  tunable: { ...STREAM_TUNABLE, loadsInFlight: [1, 2, 4, 8] },
  defaults: STREAM_DEFAULTS,
  inputs: ({ bytes }) =>
    ['b', 'c'].map((name) => ({ kind: 'streamed', name, type: 'array<vec4<f32>>', bytes, words: TAME_FLOATS })),
  outputs: (p) => [{ name: 'a', type: 'array<vec4<f32>>', elements: p.bytes / 4, compare: 'f32', streamed: true }],
  work: ({ bytes }) => ({ bytesRead: 2 * bytes, bytesWritten: bytes, flops: bytes / 2 }),
  reference:
    (_, { b, c }) =>
    (__, word) =>
      f32FromWord(b?.(word) ?? 0) + SCALAR * f32FromWord(c?.(word) ?? 0),
  // One rounding to f32, or two if the multiplication is not fused, of 2⁻²⁴ each.
  tolerance: { nmse: 1e-13 },
  code: {
    budget: () => ({
      amd: { instructionsPerByte: 0.13, loadsInFlight: 8 },
      intel: { instructionsPerByte: 0.22, loadsInFlight: 6 },
    }),
  },
});
