/** The baseline of `stream-write`: one 4-byte element per thread, hashed from its index. */

import { defineScalar } from '../scalar.ts';

/** A constant of MurmurHash3's finaliser. */
const MULTIPLIER = 0x85ebca6b;

export default defineScalar({
  id: 'scalar-write',
  baselineOf: 'stream-write',
  summary: 'writes every byte once, one element per thread: what stream-write must beat',
  arrays: 1,
  statement: `written[at] = (at ^ (at >> 15u)) * ${MULTIPLIER}u;`,
  inputs: () => [],
  output: { name: 'written', type: 'array<u32>', compare: 'u32' },
  reference: () => (_, at) => Math.imul(at ^ (at >>> 15), MULTIPLIER) >>> 0,
});
