/**
 * Scalar baselines: the kernels that one writes without thinking, one 4-byte element per thread. Each stream kernel is
 * compared with the one in `scalar.ts` of its folder.
 */

import { defineKernel, type Input, type Kernel, type Output, type Reference, type WordReader } from './kernel.ts';
import wgsl from './scalar.wgsl?raw';
import { type StreamParams, shareOf } from './stream.ts';
import { fillIn } from './template.ts';

const WORKGROUP_SIZE = 256;

/** The part of a baseline that is its own. */
interface OwnScalar {
  readonly id: string;
  readonly baselineOf: string;
  readonly summary: string;
  /** The number of arrays that are read and written; one of them is written. */
  readonly arrays: number;
  /** The WGSL that makes element `at`. */
  readonly statement: string;
  inputs(p: StreamParams): readonly Input[];
  readonly output: Omit<Output, 'elements' | 'streamed'>;
  reference(p: StreamParams, inputs: Readonly<Record<string, WordReader>>): Reference;
}

/** The size of the kernel that a baseline is compared with and, for slow adapters, a 64th of it. */
export const scalarSizes = (sizes: readonly number[]): number[] =>
  sizes.slice(-1).flatMap((bytes) => [bytes / 64, bytes]);

export function defineScalar({
  id,
  baselineOf,
  summary,
  arrays,
  statement,
  inputs,
  output,
  reference,
}: OwnScalar): Kernel {
  const filled = fillIn(wgsl, { statement });
  return defineKernel<StreamParams, Record<string, never>>({
    id,
    baselineOf,
    summary,
    variants: { portable: { requires: [] } },
    tunable: {},
    defaults: {},
    examples: [{ bytes: 16 }, { bytes: 4 * 1024 }, { bytes: 16 * 9991 }],
    shapes: (sizes) => scalarSizes(sizes).map((bytes) => shareOf(bytes, arrays)),
    refuses: (p) => (p.bytes % 16 === 0 ? undefined : `bytes must be a multiple of 16; got ${p.bytes}`),
    wgsl: () => filled,
    constants: (p) => ({ WORKGROUP_SIZE, ELEMENTS: p.bytes / 4 }),
    inputs,
    outputs: (p) => [{ ...output, elements: p.bytes / 4, streamed: true }],
    workgroups: (p) => Math.ceil(p.bytes / 4 / WORKGROUP_SIZE),
    work: ({ bytes }) => ({ bytesRead: bytes * (arrays - 1), bytesWritten: bytes, flops: 0 }),
    reference,
    // One or two roundings to f32, as in stream-triad. Integers are compared exactly.
    tolerance: { nmse: 1e-13 },
  });
}
