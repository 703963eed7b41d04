import { defineStream, STREAM_DEFAULTS, STREAM_TUNABLE } from '../stream.ts';
import body from './stream-write.wgsl?raw';

/** Constants of the finalisers of MurmurHash3 and xxHash32. They are odd, so that no bits are lost. */
const MULTIPLIERS = [0x85ebca6b, 0xc2b2ae35, 0x27d4eb2f, 0x165667b1];

/** Word `word` of the output: the twin of stream-write.wgsl. */
export function writtenWord(word: number): number {
  const mixed = Math.imul(Math.floor(word / 4) + 1, 0x9e3779b9) >>> 0;
  return Math.imul(mixed ^ (mixed >>> 15), MULTIPLIERS[word % 4] as number) >>> 0;
}

export default defineStream({
  id: 'stream-write',
  summary: 'writes every byte once, with words that compressors leave whole',
  arrays: 1,
  body,
  tunable: STREAM_TUNABLE,
  defaults: STREAM_DEFAULTS,
  inputs: () => [],
  outputs: (p) => [
    { name: 'written', type: 'array<vec4<u32>>', elements: p.bytes / 4, compare: 'u32', streamed: true },
  ],
  reference: () => (_, word) => writtenWord(word),
  code: {
    budget: () => ({
      amd: { instructionsPerByte: 0.6 },
      intel: { instructionsPerByte: 1.3 },
    }),
  },
});
