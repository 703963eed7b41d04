/** One 4-byte element per thread, hashed from its index: the baseline of `stream-write`. */

import { defineScalar } from '../scalar.ts';

/** From the finaliser of MurmurHash3. */
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
