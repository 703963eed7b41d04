/**
 * What one gets without thinking: a thread per 4-byte element. The stream kernels are judged against these, in
 * `scalar.ts` of their folders. They are no kernels of decode, so a run leaves them out.
 */

import { defineKernel, type Input, type Kernel, type Output, type Reference, type WordReader } from './kernel.ts';
import wgsl from './scalar.wgsl?raw';
import { type StreamParams, shareOf } from './stream.ts';
import { fillIn } from './template.ts';

const WORKGROUP_SIZE = 256;

interface Own {
  readonly id: string;
  readonly baselineOf: string;
  readonly summary: string;
  /** How many arrays pass through the GPU, of which one is written. */
  readonly arrays: number;
  /** WGSL for element `at`. */
  readonly statement: string;
  inputs(p: StreamParams): readonly Input[];
  readonly output: Omit<Output, 'elements' | 'streamed'>;
  reference(p: StreamParams, inputs: Readonly<Record<string, WordReader>>): Reference;
}

/** The size of what they are compared with and, for adapters that take too long over that, a small part of it. */
export const scalarSizes = (sizes: readonly number[]): number[] =>
  sizes.slice(-1).flatMap((bytes) => [bytes / 64, bytes]);

export function defineScalar({ id, baselineOf, summary, arrays, statement, inputs, output, reference }: Own): Kernel {
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
    // As for stream-triad: a rounding or two to f32. Integers are exact whatever is allowed here.
    tolerance: { nmse: 1e-13 },
  });
}
