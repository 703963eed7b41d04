/** The kernel that does next to nothing. A dispatch of it takes what a dispatch takes by itself. */

import { defineKernel } from '../kernel.ts';
import wgsl from './empty.wgsl?raw';

type EmptyParams = {
  /** The words to write, at most those of a workgroup. */
  readonly words: number;
};

type EmptyTuning = { readonly workgroupSize: number };

/** The word that it writes, as in empty.wgsl. */
const WORD = 0x4b4d4248;

export default defineKernel<EmptyParams, EmptyTuning>({
  id: 'empty',
  summary: 'a few words by one workgroup: what a dispatch takes by itself',
  variants: { portable: { requires: [] } },
  tunable: { workgroupSize: [32, 64, 256] },
  defaults: { workgroupSize: 32 },
  examples: [{ words: 1 }, { words: 3 }, { words: 32 }],
  shapes: () => [],
  refuses: (p, t) =>
    p.words <= t.workgroupSize ? undefined : `words must be at most the workgroup’s threads; got ${p.words}`,
  wgsl: () => wgsl,
  constants: (p, t) => ({ WORKGROUP_SIZE: t.workgroupSize, WORDS: p.words }),
  inputs: () => [],
  outputs: (p) => [{ name: 'words', type: 'array<u32>', elements: p.words, compare: 'u32' }],
  workgroups: () => 1,
  work: (p) => ({ bytesRead: 0, bytesWritten: 4 * p.words, flops: 0 }),
  reference: () => () => WORD,
  tolerance: { nmse: 0 },
});
