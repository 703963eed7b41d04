/** The baseline of `stream-read`: one 4-byte element per thread, added up per workgroup. */

import { defineKernel } from '../kernel.ts';
import { ANY_BITS } from '../random.ts';
import { scalarSizes } from '../scalar.ts';
import wgsl from './scalar.wgsl?raw';

type ScalarReadParams = {
  /** The bytes of the array; a multiple of 16. */
  readonly bytes: number;
};

const WORKGROUP_SIZE = 256;

const groups = ({ bytes }: ScalarReadParams): number => Math.ceil(bytes / 4 / WORKGROUP_SIZE);

export default defineKernel<ScalarReadParams, Record<string, never>>({
  id: 'scalar-read',
  baselineOf: 'stream-read',
  summary: 'reads every byte once, one element per thread: what the stream kernels must beat',
  variants: { portable: { requires: [] } },
  tunable: {},
  defaults: {},
  examples: [{ bytes: 16 }, { bytes: 4 * 1024 }, { bytes: 16 * 99991 }],
  shapes: (sizes) => scalarSizes(sizes).map((bytes) => ({ bytes })),
  refuses: (p) => (p.bytes % 16 === 0 ? undefined : `bytes must be a multiple of 16; got ${p.bytes}`),
  wgsl: () => wgsl,
  constants: (p) => ({ WORKGROUP_SIZE, WORDS: p.bytes / 4, GROUPS: groups(p) }),
  inputs: (p) => [{ kind: 'streamed', name: 'source', type: 'array<u32>', bytes: p.bytes, words: ANY_BITS }],
  outputs: (p) => [{ name: 'sums', type: 'array<u32>', elements: groups(p), compare: 'u32' }],
  workgroups: groups,
  work: (p) => ({ bytesRead: p.bytes, bytesWritten: 4 * groups(p), flops: 0 }),
  reference:
    (p, { source }) =>
    (_, group) => {
      let sum = 0;
      const end = Math.min((group + 1) * WORKGROUP_SIZE, p.bytes / 4);
      for (let word = group * WORKGROUP_SIZE; word < end; word++) sum = (sum + (source?.(word) ?? 0)) >>> 0;
      return sum;
    },
  tolerance: { nmse: 0 },
});
