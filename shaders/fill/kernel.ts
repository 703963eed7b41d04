/** The kernel that fills every buffer of the engine. */

import { defineKernel, type WordMask } from '../kernel.ts';
import { ANY_BITS, randomWord, TAME_FLOATS } from '../random.ts';
import wgsl from './fill.wgsl?raw';

type FillParams = {
  /** The number of bytes to fill; a multiple of 16. */
  readonly bytes: number;
  /** The index of the first word in the seed's sequence, so that a buffer can be filled in parts. */
  readonly firstWord: number;
  readonly seed: number;
  readonly keep: number;
  readonly set: number;
};

type FillTuning = { readonly workgroupSize: number };

const example = (loads: number, seed: number, words: WordMask = ANY_BITS): FillParams => ({
  bytes: loads * 16,
  firstWord: 0,
  seed,
  ...words,
});

export default defineKernel<FillParams, FillTuning>({
  id: 'fill',
  summary: 'seeded random words: what every buffer holds, so that nothing is skipped, and little can be compressed',
  variants: { portable: { requires: [] } },
  tunable: { workgroupSize: [64, 128, 256] },
  defaults: { workgroupSize: 256 },
  examples: [
    example(1, 1),
    example(257, 0xffffffff),
    { ...example(1000, 3), firstWord: 44 },
    { ...example(65537, 7, TAME_FLOATS), firstWord: 2 ** 28 },
  ],
  shapes: () => [],
  refuses: (p) => (p.bytes % 16 === 0 ? undefined : `bytes must be a multiple of 16; got ${p.bytes}`),
  wgsl: () => wgsl,
  constants: (_, t) => ({ WORKGROUP_SIZE: t.workgroupSize }),
  // The problem is data, not constants, so that one pipeline fills everything.
  inputs: (p) => [
    {
      kind: 'given',
      name: 'settings',
      type: 'Settings',
      bytes: 32,
      data: new Uint32Array([p.bytes / 16, p.firstWord, p.seed, p.keep, p.set, 0, 0, 0]),
    },
  ],
  outputs: (p) => [{ name: 'words', type: 'array<vec4<u32>>', elements: p.bytes / 4, compare: 'u32' }],
  workgroups: (p, t) => Math.ceil(p.bytes / 16 / t.workgroupSize),
  work: (p) => ({ bytesRead: 0, bytesWritten: p.bytes, flops: 0 }),
  reference: (p) => (_, i) => randomWord(p.firstWord + i, p.seed, p),
  tolerance: { nmse: 0 },
});
