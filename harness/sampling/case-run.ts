/** One case being measured: prepared over the pool, visited once a round, checked after every visit. */

import { clockStepMs, dispatchMs, impossibility, roundsOf, STEPS_PER_REGION } from '../../results/derive.ts';
import type {
  ClockInfo,
  ClockKind,
  Measured,
  Measurement,
  Sample,
  Stopped,
  Verification,
} from '../../results/schema.ts';
import { type Estimate, groupBy, type RandomSource, relativeWidth, shuffled } from '../../results/statistics.ts';
import type { Input, Output, WordReader } from '../../shaders/kernel.ts';
import { hash, TAME_FLOATS } from '../../shaders/random.ts';
import { MOST_DISPATCHES } from '../clock/check.ts';
import type { Clock, Encode } from '../clock/clock.ts';
import { checked, type Gpu } from '../device/device.ts';
import { type Filler, inputBuffer, type Memory, outputBuffer, type Pool, readPieces } from '../device/memory.ts';
import { bind, compile, dispatch, type KernelCase, type Program, type View } from '../device/program.ts';
import { NOT_REACHED } from '../journal.ts';
import type { Precision } from '../profiles.ts';
import { caseRecord } from './plan.ts';
import { type Enough, Settling } from './settling.ts';
import { Comparison, readers } from './verify.ts';

/** No submission may take longer: watchdogs reset a GPU from 0.5 s on, and the page must stay usable. */
export const LONGEST_SUBMISSION_MS = 100;

/** A slope needs two lengths: a case whose dispatches take longer than this cannot be timed politely. */
export const LONGEST_DISPATCH_MS = LONGEST_SUBMISSION_MS / 2;

/** A first look beside another program's work takes longer than what is timed after it, and regions come out shorter. */
const ROOM_FOR_HASTE = 2;

/** The longest timed region for a clock of such steps: what the profile wishes for, or longer, while that is polite. */
export function longestRegionMs(wishedMs: number, clock: ClockInfo): number {
  const neededMs = STEPS_PER_REGION * clockStepMs(clock);
  return Math.min(LONGEST_SUBMISSION_MS, Math.max(wishedMs, ROOM_FOR_HASTE * neededMs));
}

/** Region lengths of a visit, as shares of the longest: far apart, for a slope with a long base. */
const LENGTHS = [1 / 8, 1 / 4, 1 / 2, 1];

/** Lengths of the regions of a visit: the longest of about `regionMs`, politely short, and `most` at the most. */
export function regionLengths(eachMs: number, regionMs: number, most: number): number[] {
  const fits = Math.floor(LONGEST_SUBMISSION_MS / eachMs);
  const wanted = Math.round(regionMs / eachMs);
  const longest = Math.max(2, Math.min(Math.max(wanted, 4), fits, most));
  return [...new Set(LENGTHS.map((share) => Math.max(1, Math.round(share * longest))))];
}

/** Output elements compared with the reference after every visit, … */
const SPOT_CHECKS = 8;
/** … and after the first. An error is relative to what was compared, and of a few outputs all may be next to nothing. */
const FIRST_SPOT_CHECKS = 32;

/** A case on the GPU: over each region of its pools in turn. */
export interface Prepared {
  readonly rotationBytes: number;
  /** Does the kernel ask to rotate through a part of memory and no more? */
  readonly isWorkingSet: boolean;
  /** A pass of `dispatches` dispatches over the next regions. */
  encode(dispatches: number): Encode;
  /**
   * Reads back the output of the last dispatch, adds some of it to `comparison`, and hashes all of it. What was streamed
   * out is cleared then: whatever is found there the next time has been written since.
   */
  check(random: RandomSource, comparison: Comparison): Promise<{ region: number; checksum: string }>;
  destroy(): void;
}

/** A buffer of the case, by the name that its kernel gives it. */
interface Bound {
  readonly name: string;
  readonly view: View;
}

interface BoundInput extends Bound {
  readonly words: WordReader;
}

/** Compiles a case, where it is not yet, and gives it its buffers. @throws GpuError */
export async function prepare(
  gpu: Gpu,
  filler: Filler,
  memory: Memory,
  seed: number,
  kernelCase: KernelCase,
  compiled: Program | Promise<Program> = compile(gpu, kernelCase),
): Promise<Prepared> {
  const own: Bound[] = [];
  try {
    return await checked(gpu.device, () => prepareOver(gpu, filler, memory, seed, kernelCase, compiled, own));
  } catch (error) {
    for (const { view } of own) view.buffer.destroy();
    throw error;
  }
}

/** As prepare; every buffer that it makes is in `own` at once. */
async function prepareOver(
  gpu: Gpu,
  filler: Filler,
  memory: Memory,
  seed: number,
  kernelCase: KernelCase,
  compiled: Program | Promise<Program>,
  own: Bound[],
): Promise<Prepared> {
  const { kernel, variant, params, tuning } = kernelCase;
  const program = await compiled;
  const inputs = kernel.inputs(params, variant);
  const outputs = kernel.outputs(params, tuning);
  const turns = await streamedTurns(gpu, memory, inputs, outputs);
  const ownInputs: BoundInput[] = [];
  for (const [i, input] of inputs.entries()) {
    if (input.kind === 'streamed') continue;
    ownInputs.push({ name: input.name, ...(await inputBuffer(gpu, filler, input, hash(i, seed))) });
    own.push(...ownInputs.slice(-1));
  }
  for (const { name, elements, streamed } of outputs) {
    if (!streamed) own.push({ name, view: await outputBuffer(gpu.device, elements) });
  }
  const groups = turns.map((turn) => {
    const bound = [...own, ...turn];
    // In binding order, which is the order of declaration.
    const views = [...inputs, ...outputs].flatMap(({ name }) => bound.filter((b) => b.name === name));
    return bind(
      gpu,
      program,
      views.map(({ view }) => view),
    );
  });

  let next = 0;
  return {
    rotationBytes: turns.length * streamedBytes(kernelCase),
    isWorkingSet: inputs.some((input) => input.kind === 'streamed' && input.workingSetBytes !== undefined),
    encode: (dispatches) => (pass) => {
      for (let i = 0; i < dispatches; i++) {
        dispatch(pass, program, groups[next] as GPUBindGroup);
        next = (next + 1) % groups.length;
      }
    },
    async check(random, comparison) {
      const region = (next + groups.length - 1) % groups.length;
      const turn = turns[region] ?? [];
      const spotChecks = comparison.outputs === 0 ? FIRST_SPOT_CHECKS : SPOT_CHECKS;
      const reference = kernel.reference(params, readers([...ownInputs, ...turn]), tuning, variant);
      const cleared = gpu.device.createCommandEncoder();
      let checksum = FNV_OFFSET;
      for (const output of outputs) {
        const { elements, streamed } = output;
        const { view } = [...own, ...turn].find(({ name }) => name === output.name) as Bound;
        const spots = Array.from({ length: spotChecks }, () => random.below(elements));
        spots.push(elements - 1);
        for await (const { firstWord, words } of readPieces(gpu.device, view)) {
          const here = spots.filter((spot) => spot >= firstWord && spot < firstWord + words.length);
          comparison.add(output, words, reference, here, firstWord);
          checksum = fnv1a(words.subarray(0, Math.max(0, elements - firstWord)), checksum);
        }
        if (streamed) cleared.clearBuffer(view.buffer, view.offset, view.bytes);
      }
      gpu.device.queue.submit([cleared.finish()]);
      return { region, checksum: checksum.toString(16).padStart(8, '0') };
    },
    destroy() {
      for (const { view } of own) view.buffer.destroy();
    },
  };
}

/**
 * Bytes of the pools that one dispatch touches: a kernel that picks from what it could stream, as experts are, reads
 * less than all of it.
 */
function streamedBytes({ kernel, variant, params, tuning }: KernelCase): number {
  const { bytesRead, bytesWritten } = kernel.work(params, tuning, variant);
  const inputs = kernel
    .inputs(params, variant)
    .reduce((sum, { kind, bytes }) => sum + (kind === 'streamed' ? bytes : 0), 0);
  const outputs = kernel
    .outputs(params, tuning)
    .reduce((sum, { streamed, elements }) => sum + (streamed ? 4 * elements : 0), 0);
  return Math.min(inputs, bytesRead) + Math.min(outputs, bytesWritten);
}

/**
 * Where streamed inputs and outputs lie, dispatch by dispatch. Those of one pool lie side by side in one region of
 * it; a kernel without any has one turn.
 */
async function streamedTurns(
  gpu: Gpu,
  memory: Memory,
  inputs: readonly Input[],
  outputs: readonly Output[],
): Promise<BoundInput[][]> {
  const { minStorageBufferOffsetAlignment: alignment } = gpu.device.limits;
  const streamed: { name: string; bytes: number; pool: Pool; within?: number | undefined }[] = [];
  for (const input of inputs) {
    if (input.kind !== 'streamed') continue;
    const { name, bytes, pool: words = TAME_FLOATS, workingSetBytes: within } = input;
    streamed.push({ name, bytes, pool: await memory.poolOf(words), within });
  }
  for (const { name, elements, streamed: rotates } of outputs) {
    if (rotates) streamed.push({ name, bytes: 4 * elements, pool: await memory.written() });
  }
  const perPool: BoundInput[][][] = [];
  for (const [pool, sharing] of groupBy(streamed, (s) => s.pool)) {
    const offsets = [0];
    for (const { bytes } of sharing) offsets.push(Math.ceil(((offsets.at(-1) ?? 0) + bytes) / alignment) * alignment);
    const bytes = offsets.at(-1) ?? 0;
    const regions = pool.regions(bytes, sharing[0]?.within);
    if (regions.length === 0) throw new Error(noRoom(pool, bytes));
    perPool.push(
      regions.map(({ view, words }) =>
        sharing.map(({ name, bytes }, i) => {
          const offset = offsets[i] ?? 0;
          return {
            name,
            view: { buffer: view.buffer, offset: view.offset + offset, bytes },
            words: (index: number) => words(offset / 4 + index),
          };
        }),
      ),
    );
  }
  const turns = Math.min(...perPool.map((regions) => regions.length));
  return perPool.length === 0
    ? [[]]
    : Array.from({ length: turns }, (_, i) => perPool.flatMap((regions) => regions[i] ?? []));
}

function noRoom({ bytes, askedBytes, slabBytes }: Pool, needed: number): string {
  return bytes === 0
    ? `out of memory: none of the ${askedBytes} bytes asked for to stream through could be had`
    : `no slab of ${slabBytes} bytes has room for ${needed} in one piece`;
}

export const FNV_OFFSET = 0x811c9dc5;

/** FNV-1a over 32-bit words. Source: Fowler, Noll, Vo; RFC 9923. */
export function fnv1a(words: Uint32Array, start: number): number {
  let sum = start;
  // By index: iterating would take several times as long, and outputs reach half a gigabyte.
  for (let i = 0; i < words.length; i++) sum = Math.imul(sum ^ (words[i] as number), 0x01000193) >>> 0;
  return sum;
}

/** A sample that has no weight, and why. */
export type Discarded = Sample & { readonly reason: string };

/** Samples of one visit: all are discarded where it was `spoiled`, else those that cannot be by the trusted clock. */
export function sortedOut(
  taken: readonly Sample[],
  spoiled: string | undefined,
  trusted: ClockKind,
): { readonly believed: Sample[]; readonly discarded: Discarded[] } {
  const believed: Sample[] = [];
  const discarded: Discarded[] = [];
  for (const sample of taken) {
    const reason = spoiled ?? impossibility(sample, trusted);
    if (reason === undefined) believed.push(sample);
    else discarded.push({ ...sample, reason });
  }
  return { believed, discarded };
}

export interface CaseRunOptions {
  readonly gpu: Gpu;
  readonly clock: Clock;
  readonly precision: Precision;
  readonly kernelCase: KernelCase;
  readonly prepared: Prepared;
  /** Of the examples, on which it was right. */
  readonly verification: Verification;
  /** About how long a dispatch takes. */
  readonly firstLookMs: number;
  /** Of an earlier device or session of the same run, on the same memory: it is gone on with. */
  readonly earlier?: Measured | undefined;
}

export interface VisitOptions {
  readonly round: number;
  readonly sinceStartMs: () => number;
  readonly random: RandomSource;
  /** Asked after the samples were taken: why they are not to be believed, or undefined. */
  readonly spoiled?: () => string | undefined;
}

/** What a visit met that concerns the run, not the case alone. */
export interface Visited {
  /** The longest submission. */
  readonly longestMs: number;
  /** The first reading that cannot be, by the trusted clock. */
  readonly impossible: string | undefined;
}

/** The measuring of one case, round by round. */
export class CaseRun {
  readonly #options: CaseRunOptions;
  readonly #samples: Sample[] = [];
  readonly #discarded: Discarded[] = [];
  readonly #checks: { round: number; region: number; checksum: string }[] = [];
  /** Of examples and, where the case is gone on with, of what was compared before. */
  readonly #verified: Verification;
  /** Of all visits. */
  readonly #comparison = new Comparison();
  #dispatchMs: number;
  #wrong: string | undefined;
  #stopped: Stopped | undefined;
  readonly #settling: Settling;

  constructor(options: CaseRunOptions) {
    this.#options = options;
    const { earlier, verification } = options;
    this.#verified = earlier ? worseOf(earlier.verification, verification) : verification;
    this.#dispatchMs = options.firstLookMs;
    this.#settling = new Settling(options.precision);
    if (!earlier) return;
    const { rotationBytes, samples, discarded, checks } = earlier;
    this.#discarded.push(...discarded);
    if (rotationBytes === options.prepared.rotationBytes) {
      this.#samples.push(...samples);
      this.#checks.push(...checks);
    } else {
      const reason = `it rotated through ${rotationBytes} bytes, and now does through ${options.prepared.rotationBytes}`;
      this.#discarded.push(...samples.map((sample) => ({ ...sample, reason })));
    }
  }

  get precision(): Precision {
    return this.#options.precision;
  }

  /** Still to be visited? */
  get active(): boolean {
    return this.#stopped === undefined && this.#wrong === undefined;
  }

  /** Time of a dispatch in ms; undefined while there is no line. */
  get ms(): Estimate | undefined {
    return dispatchMs(this.#samples, this.#options.clock.kind);
  }

  /** Relative width of the interval so far; infinite while there is none. */
  get width(): number {
    const { ms } = this;
    return ms ? relativeWidth(ms) : Number.POSITIVE_INFINITY;
  }

  /** Why this is enough, or undefined; to be asked after every visit. */
  settled(): Enough | undefined {
    return this.#settling.enough(roundsOf(this.#samples), this.width);
  }

  stop(why: Stopped): void {
    this.#stopped ??= why;
    this.destroy();
  }

  destroy(): void {
    this.#options.prepared.destroy();
  }

  /** Takes one sample of each length, in random order, and checks the output of the last. @throws GpuError */
  async visit({ round, sinceStartMs, random, spoiled = () => undefined }: VisitOptions): Promise<Visited> {
    const { gpu, clock, prepared } = this.#options;
    return checked(gpu.device, async () => {
      const lengths = regionLengths(this.#dispatchMs, this.precision.regionMs, MOST_DISPATCHES);
      const taken: Sample[] = [];
      for (const dispatches of shuffled(lengths, random)) {
        const atMs = sinceStartMs();
        const reading = await clock.time(dispatches, prepared.encode(dispatches));
        taken.push({ ...reading, round, atMs });
        if (dispatches === lengths.at(-1)) this.#dispatchMs = reading.wallMs / dispatches;
      }
      const { believed, discarded } = sortedOut(taken, spoiled(), clock.kind);
      this.#samples.push(...believed);
      this.#discarded.push(...discarded);
      const { region, checksum } = await prepared.check(random, this.#comparison);
      this.#judge(round, region, checksum);
      return {
        longestMs: Math.max(...taken.map(({ wallMs }) => wallMs)),
        impossible: taken.map((sample) => impossibility(sample, clock.kind)).find((fault) => fault !== undefined),
      };
    });
  }

  #judge(round: number, region: number, checksum: string): void {
    const before = this.#checks.find((check) => check.region === region);
    this.#wrong ??=
      this.#comparison.wrong(this.#verified.tolerance) ??
      (before && before.checksum !== checksum
        ? `the same input gave checksum ${before.checksum} in round ${before.round} and ${checksum} in round ${round}`
        : undefined);
    this.#checks.push({ round, region, checksum });
  }

  /** As the record has it, so far. */
  measurement(): Measurement {
    const { kernelCase, prepared } = this.#options;
    const { kernel, variant, params, tuning } = kernelCase;
    const { outputs, nmse } = this.#comparison;
    const verification = worseOf(this.#verified, {
      ...this.#verified,
      outputs: this.#verified.outputs + outputs,
      nmse,
    });
    const common = { case: caseRecord(kernelCase), verification };
    if (this.#wrong !== undefined) return { status: 'wrong', ...common, reason: this.#wrong };
    if (this.#samples.length < 2) {
      const reason = this.#discarded[0]?.reason;
      return reason === undefined
        ? { status: 'skipped', case: common.case, reason: NOT_REACHED }
        : { status: 'failed', case: common.case, reason };
    }
    return {
      status: 'measured',
      ...common,
      work: { ...kernel.work(params, tuning, variant) },
      rotationBytes: prepared.rotationBytes,
      ...(prepared.isWorkingSet && { workingSetBytes: prepared.rotationBytes }),
      checks: [...this.#checks],
      samples: [...this.#samples],
      discarded: [...this.#discarded],
      stopped: this.#stopped ?? 'cancelled',
    };
  }
}

/** What two verifications of one kernel show together: as many outputs as the larger, and the larger error. */
function worseOf(a: Verification, b: Verification): Verification {
  const worst = Math.max(a.nmse ?? Number.NaN, b.nmse ?? Number.NaN);
  return { ...a, outputs: Math.max(a.outputs, b.outputs), nmse: Number.isFinite(worst) ? worst : null };
}
