/**
 * What one gets without thinking: a thread per 4-byte element. The stream kernels that write are judged against these
 * (scalar-read.ts, which must sum up what it reads, stands alone). They are no kernels of decode, so the registry does
 * not have them.
 */

import {
  defineKernel,
  type Input,
  type Kernel,
  type Output,
  type Reference,
  type WordReader,
} from '../../../shaders/kernel.ts';
import { type StreamParams, shareOf } from '../../../shaders/stream.ts';

const WORKGROUP_SIZE = 256;

interface Own {
  readonly id: string;
  readonly summary: string;
  /** How many arrays pass through the GPU, of which one is written. */
  readonly arrays: number;
  /** WGSL for element `at`. */
  readonly statement: string;
  inputs(p: StreamParams): readonly Input[];
  readonly output: Omit<Output, 'elements' | 'streamed'>;
  reference(p: StreamParams, inputs: Readonly<Record<string, WordReader>>): Reference;
}

export function defineScalar({ id, summary, arrays, statement, inputs, output, reference }: Own): Kernel {
  const wgsl = /* wgsl */ `
override WORKGROUP_SIZE: u32;
override ELEMENTS: u32;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
) {
  let at = (workgroup.y * workgroups.x + workgroup.x) * WORKGROUP_SIZE + thread;
  if (at < ELEMENTS) { ${statement} }
}
`;
  return defineKernel<StreamParams, Record<string, never>>({
    id,
    summary,
    variants: { portable: { requires: [] } },
    tunable: {},
    defaults: {},
    examples: [{ bytes: 16 }, { bytes: 4 * 1024 }, { bytes: 16 * 9991 }],
    shapes: (sizes) => sizes.slice(-1).map((bytes) => shareOf(bytes, arrays)),
    refuses: (p) => (p.bytes % 16 === 0 ? undefined : `bytes must be a multiple of 16; got ${p.bytes}`),
    wgsl: () => wgsl,
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
