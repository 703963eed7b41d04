/** The baseline of `stream-copy`: one 4-byte element per thread. */

import { ANY_BITS } from '../random.ts';
import { defineScalar } from '../scalar.ts';

export default defineScalar({
  id: 'scalar-copy',
  baselineOf: 'stream-copy',
  summary: 'copies one element per thread: what stream-copy must beat',
  arrays: 2,
  statement: 'copied[at] = source[at];',
  inputs: ({ bytes }) => [{ kind: 'streamed', name: 'source', type: 'array<u32>', bytes, words: ANY_BITS }],
  output: { name: 'copied', type: 'array<u32>', compare: 'u32' },
  reference:
    (_, { source }) =>
    (__, at) =>
      source?.(at) ?? 0,
});
