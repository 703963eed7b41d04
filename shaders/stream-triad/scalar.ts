/** The baseline of `stream-triad`: one f32 per thread. */

import { f32FromWord } from '../formats/f32.ts';
import { TAME_FLOATS } from '../random.ts';
import { defineScalar } from '../scalar.ts';

export default defineScalar({
  id: 'scalar-triad',
  baselineOf: 'stream-triad',
  summary: 'a = b + 3·c, one element per thread: what stream-triad must beat',
  arrays: 3,
  statement: 'a[at] = b[at] + 3.0 * c[at];',
  inputs: ({ bytes }) =>
    ['b', 'c'].map((name) => ({ kind: 'streamed', name, type: 'array<f32>', bytes, words: TAME_FLOATS })),
  output: { name: 'a', type: 'array<f32>', compare: 'f32' },
  reference:
    (_, { b, c }) =>
    (__, at) =>
      f32FromWord(b?.(at) ?? 0) + 3 * f32FromWord(c?.(at) ?? 0),
});
