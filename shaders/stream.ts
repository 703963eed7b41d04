/**
 * The common part of the stream kernels (read, write, copy, triad). They walk arrays once in 16-byte loads, in one of
 * two layouts. Each kernel adds what it does with a load, and its outputs.
 */

import { defineKernel, type Kernel } from './kernel.ts';
import skeleton from './stream.wgsl?raw';

export type StreamParams = {
  /** The bytes of each array; a multiple of 16. */
  readonly bytes: number;
};

export type StreamTuning = {
  readonly workgroupSize: number;
  readonly loadsInFlight: number;
  /** The number of loads of a thread; a multiple of `loadsInFlight`. */
  readonly loadsPerThread: number;
  /** The walk. 0: every workgroup walks a block of its own. 1: the whole grid walks the array together. */
  readonly walk: number;
};

type StreamKernel = Kernel<StreamParams, StreamTuning>;

/** The part of a stream kernel that is its own. It may replace any common part, too. */
type OwnStream = Pick<StreamKernel, 'id' | 'summary' | 'tunable' | 'defaults' | 'inputs' | 'outputs' | 'reference'> &
  Partial<StreamKernel> & {
    /** The number of arrays that are read and written. */
    readonly arrays: number;
    /** The WGSL of `fetch`, `keep` and `finish` (see stream.wgsl). */
    readonly body: string;
  };

export function defineStream({ arrays, body, ...own }: OwnStream): Kernel {
  return defineKernel<StreamParams, StreamTuning>({
    variants: { portable: { requires: [] } },
    // One load; a whole number of workgroups; one load more; a long ragged end.
    examples: [1, 16384, 16385, 99991].map((loads) => ({ bytes: 16 * loads })),
    shapes: (sizes, breadth) => (breadth === 'all' ? sizes.slice(-1).map((bytes) => shareOf(bytes, arrays)) : []),
    refuses: ({ bytes }, { loadsInFlight, loadsPerThread }) =>
      bytes % 16 !== 0
        ? `bytes must be a multiple of 16; got ${bytes}`
        : loadsPerThread % loadsInFlight !== 0
          ? `loadsPerThread must be a multiple of loadsInFlight, ${loadsInFlight}; got ${loadsPerThread}`
          : undefined,
    wgsl: () => `${skeleton}\n${body}`,
    constants: (p, t) => ({
      WORKGROUP_SIZE: t.workgroupSize,
      LOADS_IN_FLIGHT: t.loadsInFlight,
      LOAD_STRIDE: loadStride(p, t),
      GROUP_STRIDE: groupStride(t),
      GROUP_REACH: t.walk === 0 ? groupStride(t) : p.bytes / 16,
      LOADS: p.bytes / 16,
      GROUPS: groups(p, t),
    }),
    workgroups: groups,
    work: (p) => streamWork(p, arrays),
    tolerance: { nmse: 0 },
    ...own,
  });
}

/** The work as STREAM counts it: each array once, without a cache's reads of lines that are about to be overwritten. */
function streamWork({ bytes }: StreamParams, arrays: number) {
  return { bytesRead: bytes * (arrays - 1), bytesWritten: bytes, flops: 0 };
}

/** The parameters of `arrays` equal arrays that take `bytes` together. */
export function shareOf(bytes: number, arrays: number): StreamParams {
  return { bytes: 16 * Math.floor(bytes / 16 / arrays) };
}

/** Returns the number of workgroups. */
function groups({ bytes }: StreamParams, { workgroupSize, loadsPerThread }: StreamTuning): number {
  return Math.ceil(bytes / 16 / (workgroupSize * loadsPerThread));
}

/** Returns the number of threads of the whole grid. */
export function threads(p: StreamParams, t: StreamTuning): number {
  return groups(p, t) * t.workgroupSize;
}

/** The number of loads from one load of a thread to its next. */
const loadStride = (p: StreamParams, t: StreamTuning): number => (t.walk === 0 ? t.workgroupSize : threads(p, t));
/** The number of loads from the first load of a workgroup to the first of the next. */
const groupStride = ({ walk, workgroupSize, loadsPerThread }: StreamTuning): number =>
  walk === 0 ? workgroupSize * loadsPerThread : workgroupSize;

/** The loads that a thread takes, in order. */
export function loadsOf(thread: number, p: StreamParams, t: StreamTuning): number[] {
  const first = Math.floor(thread / t.workgroupSize) * groupStride(t) + (thread % t.workgroupSize);
  const loads = Array.from({ length: t.loadsPerThread }, (_, i) => first + i * loadStride(p, t));
  return loads.filter((load) => load < p.bytes / 16);
}

/** The layouts of kernels that write arrays. */
export const STREAM_TUNABLE = {
  workgroupSize: [64, 128, 256],
  loadsInFlight: [1, 2, 4, 8, 16],
  loadsPerThread: [1, 4, 16, 64],
  walk: [0, 1],
} as const;

export const STREAM_DEFAULTS: StreamTuning = { workgroupSize: 256, loadsInFlight: 4, loadsPerThread: 16, walk: 0 };
