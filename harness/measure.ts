/** One case being measured: prepared over the pool, visited once a round, checked after every visit. */

import { dispatchMs, sampleMs } from '../results/derive.ts';
import type { Measurement, Sample, Verification } from '../results/schema.ts';
import { groupBy, type RandomSource, relativeWidth, shuffled } from '../results/statistics.ts';
import type { Input, WordReader } from '../shaders/kernel.ts';
import { hash, TAME_FLOATS } from '../shaders/random.ts';
import { MOST_DISPATCHES } from './clock/check.ts';
import type { Clock, Encode } from './clock/clock.ts';
import { checked, type Gpu } from './device.ts';
import { type Filler, inputBuffer, type Memory, outputBuffer, readBack } from './memory.ts';
import { caseRecord } from './plan.ts';
import { bind, compile, dispatch, type KernelCase, type View } from './program.ts';
import { Comparison, readers } from './verify.ts';

/** No submission may take longer: watchdogs reset a GPU from 0.5 s on, and the page must stay usable. */
const LONGEST_SUBMISSION_MS = 100;

/** A slope needs two lengths: a case whose dispatches take longer than this cannot be timed politely. */
export const LONGEST_DISPATCH_MS = LONGEST_SUBMISSION_MS / 2;

/** Region lengths of a visit, as shares of the longest: far apart, for a slope with a long base. */
const LENGTHS = [1 / 8, 1 / 4, 1 / 2, 1];

/** Output elements compared with the reference after every visit. */
const SPOT_CHECKS = 8;

/** Why a case of the plan has no time when a run ends early. */
export const NOT_REACHED = 'the run ended before this case was timed';

type Stopped = Extract<Measurement, { status: 'measured' }>['stopped'];

/** A case on the GPU: over each region of its pools in turn. */
export interface Prepared {
  readonly rotationBytes: number;
  /** A pass of `dispatches` dispatches over the next regions. */
  encode(dispatches: number): Encode;
  /** Reads back the output of the last dispatch, compares some of it, and hashes all of it. */
  check(random: RandomSource): Promise<{ region: number; checksum: string; comparison: Comparison }>;
  destroy(): void;
}

interface BoundInput {
  readonly name: string;
  readonly view: View;
  readonly words: WordReader;
}

export async function prepare(
  gpu: Gpu,
  filler: Filler,
  memory: Memory,
  seed: number,
  kernelCase: KernelCase,
): Promise<Prepared> {
  const { kernel, variant, params, tuning } = kernelCase;
  const program = await compile(gpu, kernelCase);
  const declared = kernel.inputs(params, variant);
  const streamed = declared.filter((input) => input.kind === 'streamed');
  const turns = await streamedInputs(gpu, memory, streamed);
  const own: BoundInput[] = [];
  for (const [i, input] of declared.entries()) {
    if (input.kind !== 'streamed') {
      own.push({ name: input.name, ...(await inputBuffer(gpu, filler, input, hash(i, seed))) });
    }
  }
  const outputs = kernel
    .outputs(params, tuning)
    .map((output) => ({ output, view: outputBuffer(gpu.device, output.elements) }));

  /** Inputs of a turn, in binding order. */
  const inputsOf = (turn: readonly BoundInput[]) =>
    declared.flatMap(({ name }) => [...own, ...turn].filter((input) => input.name === name));
  const groups = turns.map((turn) => {
    const views = [...inputsOf(turn).map((i) => i.view), ...outputs.map((o) => o.view)];
    return bind(gpu, program, views);
  });

  const streamedBytes = streamed.reduce((total, { bytes }) => total + bytes, 0);
  // A kernel that picks from what it could stream, as experts are, reads less than all of it.
  const bytesPerTurn = Math.min(streamedBytes, kernel.work(params, tuning, variant).bytesRead);
  let next = 0;
  return {
    rotationBytes: turns.length * bytesPerTurn,
    encode: (dispatches) => (pass) => {
      for (let i = 0; i < dispatches; i++) {
        dispatch(pass, program, groups[next] as GPUBindGroup);
        next = (next + 1) % groups.length;
      }
    },
    async check(random) {
      const region = (next + groups.length - 1) % groups.length;
      const comparison = new Comparison();
      const reference = kernel.reference(params, readers(inputsOf(turns[region] ?? [])), tuning, variant);
      let checksum = FNV_OFFSET;
      for (const { output, view } of outputs) {
        const words = await readBack(gpu.device, view);
        const spots = Array.from({ length: SPOT_CHECKS }, () => random.below(output.elements));
        comparison.add(output, words, reference, [...spots, output.elements - 1]);
        checksum = fnv1a(words.subarray(0, output.elements), checksum);
      }
      return { region, checksum: checksum.toString(16).padStart(8, '0'), comparison };
    },
    destroy() {
      for (const { view } of [...own, ...outputs]) view.buffer.destroy();
    },
  };
}

/**
 * Where the streamed inputs lie, dispatch by dispatch. Inputs of one pool lie side by side in one region of it; a
 * kernel without streamed inputs has one turn.
 */
async function streamedInputs(gpu: Gpu, memory: Memory, inputs: readonly Input[]): Promise<BoundInput[][]> {
  const { minStorageBufferOffsetAlignment: alignment } = gpu.device.limits;
  const perPool: BoundInput[][][] = [];
  for (const [words, sharing] of groupBy(inputs, (i) => (i.kind === 'streamed' && i.pool) || TAME_FLOATS)) {
    const offsets = [0];
    for (const { bytes } of sharing) offsets.push(Math.ceil(((offsets.at(-1) ?? 0) + bytes) / alignment) * alignment);
    const pool = await memory.poolOf(words);
    const bytes = offsets.at(-1) ?? 0;
    const regions = pool.regions(bytes);
    if (regions.length === 0) throw new Error(`no slab of ${pool.slabBytes} bytes has room for ${bytes} in one piece`);
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

const FNV_OFFSET = 0x811c9dc5;

/** FNV-1a over 32-bit words. Source: Fowler, Noll, Vo; RFC 9923. */
function fnv1a(words: Uint32Array, start: number): number {
  let sum = start;
  for (const word of words) sum = Math.imul(sum ^ word, 0x01000193) >>> 0;
  return sum;
}

export interface CaseRunOptions {
  readonly gpu: Gpu;
  readonly clock: Clock;
  /** Longest timed region. */
  readonly regionMs: number;
  readonly kernelCase: KernelCase;
  readonly prepared: Prepared;
  /** Of the examples, on which it was right. */
  readonly verification: Verification;
  /** About how long a dispatch takes. */
  readonly firstLookMs: number;
}

/** The measuring of one case, round by round. */
export class CaseRun {
  readonly #options: CaseRunOptions;
  readonly #samples: Sample[] = [];
  readonly #discarded: (Sample & { reason: string })[] = [];
  readonly #checks: { round: number; region: number; checksum: string }[] = [];
  #verification: Verification;
  #dispatchMs: number;
  #wrong: string | undefined;
  #stopped: Stopped | undefined;

  constructor(options: CaseRunOptions) {
    this.#options = options;
    this.#verification = options.verification;
    this.#dispatchMs = options.firstLookMs;
  }

  /** Still to be visited? */
  get active(): boolean {
    return this.#stopped === undefined && this.#wrong === undefined;
  }

  /** Relative width of the interval so far; infinite while there is none. */
  get width(): number {
    const ms = dispatchMs(this.#samples, this.#options.clock.kind);
    return ms ? relativeWidth(ms) : Number.POSITIVE_INFINITY;
  }

  stop(why: Stopped): void {
    this.#stopped ??= why;
    this.destroy();
  }

  destroy(): void {
    this.#options.prepared.destroy();
  }

  /** Takes one sample of each length, in random order, and checks the output of the last. @throws GpuError */
  async visit(round: number, sinceStartMs: () => number, random: RandomSource): Promise<void> {
    const { gpu, clock, prepared } = this.#options;
    await checked(gpu.device, async () => {
      const lengths = this.#lengths();
      for (const dispatches of shuffled(lengths, random)) {
        const atMs = sinceStartMs();
        const reading = await clock.time(dispatches, prepared.encode(dispatches));
        this.#keep({ ...reading, round, atMs });
        if (dispatches === lengths.at(-1)) this.#dispatchMs = reading.wallMs / dispatches;
      }
      const { region, checksum, comparison } = await prepared.check(random);
      this.#judge(comparison, round, region, checksum);
    });
  }

  #lengths(): number[] {
    const fits = Math.floor(LONGEST_SUBMISSION_MS / this.#dispatchMs);
    const wanted = Math.round(this.#options.regionMs / this.#dispatchMs);
    const longest = Math.max(2, Math.min(Math.max(wanted, 4), fits, MOST_DISPATCHES));
    return [...new Set(LENGTHS.map((share) => Math.max(1, Math.round(share * longest))))];
  }

  #keep(sample: Sample): void {
    const ms = sampleMs(sample, this.#options.clock.kind);
    if (ms > 0) this.#samples.push(sample);
    else this.#discarded.push({ ...sample, reason: `the clock gave ${ms} ms for a region that took time` });
  }

  #judge(comparison: Comparison, round: number, region: number, checksum: string): void {
    const { outputs, nmse, tolerance } = this.#verification;
    this.#verification = {
      ...this.#verification,
      outputs: outputs + comparison.outputs,
      nmse: nmse === null || !Number.isFinite(comparison.nmse) ? null : Math.max(nmse, comparison.nmse),
    };
    const before = this.#checks.find((check) => check.region === region);
    this.#wrong ??=
      comparison.wrong(tolerance) ??
      (before && before.checksum !== checksum
        ? `the same input gave checksum ${before.checksum} in round ${before.round} and ${checksum} in round ${round}`
        : undefined);
    this.#checks.push({ round, region, checksum });
  }

  /** As the record has it, so far. */
  measurement(): Measurement {
    const { kernelCase, prepared } = this.#options;
    const { kernel, variant, params, tuning } = kernelCase;
    const common = { case: caseRecord(kernelCase), verification: this.#verification };
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
      checks: [...this.#checks],
      samples: [...this.#samples],
      discarded: [...this.#discarded],
      stopped: this.#stopped ?? 'cancelled',
    };
  }
}
