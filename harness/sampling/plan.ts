/** Plans the cases of a run: the kernels' own shapes, at sizes that this adapter streams in good time. */

import type { Case } from '../../results/record/schema.ts';
import { type Breadth, defaultTuning, type Kernel, type Params, type Tuning } from '../../shaders/kernel.ts';
import { TAME_FLOATS } from '../../shaders/random.ts';
import { TAIL_BYTES } from '../device/memory.ts';
import { type SidePools, wordsKey } from '../device/pools.ts';
import type { KernelCase } from '../device/program.ts';
import type { Profile } from '../profiles.ts';

export interface PlannedCase extends KernelCase {
  /** The reason why the case cannot be measured on this adapter; undefined if it can. */
  readonly skip: string | undefined;
}

export interface PlanOptions {
  readonly kernels: readonly Kernel[];
  readonly features: ReadonlySet<string>;
  readonly limits: Readonly<Record<string, number>>;
  /** The bytes that a dispatch streams, ascending. */
  readonly sizes: readonly number[];
  readonly breadth: Breadth;
  /** The bytes of the main pool, which dispatches rotate through. */
  readonly poolBytes: number;
  /** The tunings to measure a problem with; default: the kernel's defaults. */
  readonly tuningsOf?: TuningsOf | undefined;
  /** The kernel that is planned as the ceiling: see `ceilingCases`. Default: none. */
  readonly ceiling?: Kernel | undefined;
}

/** Returns the tuning to use for a problem: the best that is known. */
export type TuningOf = (kernel: Kernel, variant: string, params: Params) => Tuning;

/** The tunings that problems have while nothing better is known. */
export { defaultTuning };

/** Returns the tunings to measure a problem with: the best that is known first, and perhaps others to compare. */
export type TuningsOf = (kernel: Kernel, variant: string, params: Params) => readonly Tuning[];

/** The minimum number of sizes: a line needs three points. */
const MIN_SIZES = 3;

/**
 * Returns the bytes that dispatches stream: powers of two, evenly spaced in the exponent, from about the profile's
 * smallest to the largest that the probed rate, the pool and its slabs allow. So runs on one adapter have the same
 * sizes, and the sizes tile the pool without a rest.
 */
export function dispatchSizes(
  profile: Pick<Profile, 'sizes' | 'smallestBytes' | 'largestBytes' | 'maxDispatchMs'>,
  probeGBps: number,
  pool: { readonly bytes: number; readonly slabBytes: number },
): number[] {
  const byRate = probeGBps * 1e6 * profile.maxDispatchMs;
  return sizesUpTo(
    profile,
    Math.floor(Math.log2(Math.min(profile.largestBytes, byRate, pool.bytes / 4, pool.slabBytes))),
  );
}

/** Returns the bytes that dispatches stream, up to 2^`largest`. */
export function sizesUpTo(profile: Pick<Profile, 'sizes' | 'smallestBytes'>, largest: number): number[] {
  const octaves = Math.max(MIN_SIZES - 1, largest - Math.log2(profile.smallestBytes));
  const step = Math.max(1, Math.floor(octaves / Math.max(1, profile.sizes - 1)));
  const sizes = Math.min(profile.sizes, Math.floor(octaves / step) + 1);
  return Array.from({ length: sizes }, (_, i) => 2 ** (largest - step * (sizes - 1 - i)));
}

/** A size to ask kernels for shapes with, in bytes: shapes of any size stream through the same pools. */
const ANY_BYTES = 16 * 2 ** 20;

/**
 * Returns the pools besides the main one that shapes of this breadth stream through. They do not depend on the sizes.
 */
export function sidePools(kernels: readonly Kernel[], breadth: Breadth): SidePools {
  const problems = kernels.flatMap((kernel) =>
    kernel.shapes([ANY_BYTES], breadth, ANY_BYTES).map((params) => ({ kernel, params })),
  );
  const words = problems
    .flatMap(({ kernel, params }) => kernel.inputs(params, 'portable'))
    .flatMap((input) => (input.kind === 'streamed' && input.pool) || []);
  const outputs = problems.flatMap(({ kernel, params }) => kernel.outputs(params, kernel.defaults));
  const scales = new Map(words.map((mask) => [wordsKey(mask), mask]));
  scales.delete(wordsKey(TAME_FLOATS));
  return { written: outputs.some(({ streamed }) => streamed), scales: [...scales.values()] };
}

/** Returns every shape in every variant that exists for it. A case that cannot run on this adapter has the reason. */
export function planCases(options: PlanOptions): PlannedCase[] {
  const { kernels, features, limits, breadth, ceiling } = options;
  return kernels.flatMap((kernel) =>
    Object.entries(kernel.variants).flatMap(([variant, { requires, thorough }]): PlannedCase[] => {
      if (thorough && breadth === 'few') return [];
      const cases = (kernel === ceiling ? ceilingCases : casesOf)(kernel, variant, options);
      const missing = requires.filter((feature) => !features.has(feature));
      if (missing.length > 0) {
        // One skipped case says it: one for each size would add nothing.
        const skip = `needs ${missing.join(', ')}, which this adapter does not have`;
        return cases.slice(-1).map((c) => ({ ...c, skip }));
      }
      return cases.map((c) => ({ ...c, skip: c.kernel.refuses(c.params, c.tuning) ?? beyondLimits(c, limits) }));
    }),
  );
}

/** Returns every shape of a variant, in every tuning that is asked for. */
function casesOf(
  kernel: Kernel,
  variant: string,
  { sizes, breadth, poolBytes, tuningsOf = (...problem) => [defaultTuning(...problem)] }: PlanOptions,
): KernelCase[] {
  return kernel
    .shapes(sizes, breadth, poolBytes)
    .filter((params) => kernel.variants[variant]?.exists?.(params) ?? true)
    .flatMap((params) => tuningsOf(kernel, variant, params).map((tuning) => ({ kernel, variant, params, tuning })));
}

/** The smaller sizes of the ceiling, as shares of its largest: each large enough to fill a large GPU. */
const CEILING_SHARES = [1 / 4, 1 / 2];

/**
 * Returns the cases of the ceiling. Beside its shapes they are smaller sizes, so that a line tells the cost of a launch
 * from bandwidth, and the largest size over half of the pool, which is read as fast unless a cache helps. All are in the
 * first tuning of the largest, since a line is one of like kernels.
 */
function ceilingCases(kernel: Kernel, variant: string, options: PlanOptions): KernelCase[] {
  const cases = casesOf(kernel, variant, options);
  const largestBytes = options.sizes.at(-1) ?? 0;
  const [largest] = casesOf(kernel, variant, { ...options, sizes: [largestBytes] });
  if (!largest) return cases;
  const smaller = CEILING_SHARES.flatMap((share) =>
    kernel.shapes([share * largestBytes], options.breadth, options.poolBytes).map((params) => ({ ...largest, params })),
  );
  return [...smaller, ...cases, { ...largest, withinBytes: options.poolBytes / 2 }];
}

/** Returns why a case is beyond the adapter's limits (the limit and the value met), or undefined. */
export function beyondLimits(
  { kernel, variant, params, tuning }: KernelCase,
  limits: Readonly<Record<string, number>>,
): string | undefined {
  const limit = (name: string) => limits[name] ?? Number.POSITIVE_INFINITY;
  const buffers = [
    ...kernel.inputs(params, variant).map(({ name, bytes, kind }) => ({ name, bytes, streamed: kind === 'streamed' })),
    ...kernel
      .outputs(params, tuning)
      .map(({ name, elements, streamed = false }) => ({ name, bytes: 4 * elements, streamed })),
  ].map((buffer) => ({ ...buffer, bytes: buffer.bytes + (buffer.streamed ? 0 : TAIL_BYTES) }));
  const unbound = buffers.find(({ bytes }) => bytes > limit('maxStorageBufferBindingSize'));
  if (unbound) {
    return `${unbound.name} takes ${unbound.bytes} bytes, more than the ${limit('maxStorageBufferBindingSize')} that the adapter binds`;
  }
  const unmade = buffers.find(({ bytes, streamed }) => !streamed && bytes > limit('maxBufferSize'));
  if (unmade) {
    return `${unmade.name} takes ${unmade.bytes} bytes, more than the ${limit('maxBufferSize')} of the adapter's largest buffer`;
  }
  if (buffers.length > limit('maxStorageBuffersPerShaderStage')) {
    return `it binds ${buffers.length} buffers, more than the ${limit('maxStorageBuffersPerShaderStage')} that the adapter allows`;
  }
  const threads = tuning.workgroupSize ?? 1;
  const maxThreads = Math.min(limit('maxComputeInvocationsPerWorkgroup'), limit('maxComputeWorkgroupSizeX'));
  if (threads > maxThreads) {
    return `its workgroups have ${threads} threads, more than the ${maxThreads} that the adapter allows`;
  }
  return undefined;
}

/** Returns a case as a record has it. */
export function caseRecord({ kernel, variant, params, tuning, withinBytes }: KernelCase): Case {
  return {
    ...{ kernel: kernel.id, variant, params: { ...params }, tuning: { ...tuning } },
    ...(withinBytes !== undefined && { withinBytes }),
  };
}
