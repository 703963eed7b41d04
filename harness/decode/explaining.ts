/**
 * Explains a decode step: how much longer it takes with dispatches added to it, kernel by kernel. What follows from these
 * times is in results/derived/explained.ts, and docs/explain.md says what it means.
 *
 * In each round every chain is timed once, in random order, over as many steps: so what a region costs by itself, and
 * what the chains have in common, cancels in their differences, by either clock.
 */

import { impossibility } from '../../results/derived/derive.ts';
import { JITTER } from '../../results/derived/regions.ts';
import { MAX_ADDED, MAX_DISPATCHES } from '../../results/record/bounds.ts';
import type { Explained, ExplainedKernel, Sample } from '../../results/record/schema.ts';
import { MIN_UNITS, type RandomSource, shuffled } from '../../results/statistics.ts';
import { msText } from '../../results/text/figures.ts';
import { type Clock, preRollUnits, timeRegion, workMs } from '../clock/clock.ts';
import {
  type Added,
  addedRotationBytes,
  chainWith,
  chainWithEmpty,
  type EmptyKernel,
  type StepKernel,
  stepKernels,
} from './additions.ts';
import type { Chain, Decoder } from './decoder.ts';
import { type Kernels, kernelOf, tuningOf } from './step-buffers.ts';
import { stepsOf } from './step-run.ts';

/** The time for the rounds of a step, in ms. */
const ROUNDS_MS = 20_000;

/** The longest time that the fewest rounds may take, in ms: a step that takes longer is not explained. */
const MAX_EXPLAINING_MS = 150_000;

/** The rounds of a step: at least so many, and at most. Beyond these, intervals narrow more slowly than time passes. */
const [MIN_ROUNDS, MAX_ROUNDS] = [MIN_UNITS + 2, 16];

/** What is added takes at least this share of a step, if so many dispatches can be added: less is lost in noise. */
const ADDED_SHARE = 1 / 8;

/** The first look at a chain, as a share of a region. */
const LOOK_SHARE = 1 / 4;

/** The maximum of dispatches that are added to a step, as a multiple of its own. */
const MAX_MORE = 3;

export interface ExplainingOptions {
  readonly clock: Clock;
  readonly decoder: Decoder;
  readonly kernels: Kernels;
  readonly empty: EmptyKernel;
  /** The time of a step, in ms. */
  readonly stepMs: number;
  /** The length of a region of plain steps to aim at, in ms. */
  readonly regionMs: number;
}

/** A chain, with what was timed of it. */
interface Timed {
  readonly chain: Chain | undefined;
  /** About how long a step of the chain takes, in ms. */
  stepMs: number;
  readonly samples: Sample[];
}

/** The chains of a kernel. */
interface KernelChains {
  readonly kernel: StepKernel;
  readonly added: number;
  readonly rotationBytes: number;
  readonly timed: ReadonlyMap<Added, Timed>;
}

/** The ways to add dispatches of a kernel. */
const additionsOf = ({ workgroups, streams }: StepKernel): Added[] => [
  'whole',
  ...(workgroups > 1 ? (['half'] as const) : []),
  ...(streams && workgroups > 1 ? (['unread'] as const) : []),
];

export class Explaining {
  readonly #options: ExplainingOptions;
  readonly #plain: Timed;
  readonly #empty: Timed;
  readonly #kernels: readonly KernelChains[];
  /** The steps of a region. */
  readonly #units: number;
  #rounds = 0;

  /**
   * Makes the chains, and times each once: a driver may compile in it, and how many dispatches to add depends on it.
   *
   * @throws GpuError
   */
  static async of(options: ExplainingOptions): Promise<Explaining> {
    const { decoder, kernels, empty, stepMs } = options;
    const { step } = decoder;
    const plain: Timed = { chain: undefined, stepMs, samples: [] };
    const emptied: Timed = { chain: await decoder.chain(chainWithEmpty(kernels, step, empty)), stepMs, samples: [] };
    const room = Math.floor(MAX_DISPATCHES / (2 + MAX_MORE) / decoder.dispatchesPerStep);
    const units = Math.max(1, Math.min(step.maxSteps, room, Math.round(LOOK_SHARE * (options.regionMs / stepMs))));
    const look = async ({ chain }: Timed): Promise<number> => {
      const timed = () => regionOf(options, chain, { units, stepMs, ms: 2 * stepMs });
      await timed();
      return workMs(await timed(), options.clock) / units;
    };
    const plainMs = await look(plain);
    emptied.stepMs = Math.max(stepMs, stepMs + (await look(emptied)) - plainMs);
    const all: KernelChains[] = [];
    for (const one of stepKernels(kernels, step)) {
      const first = await decoder.chain(chainWith(kernels, step, one, 'whole', 1));
      const share = ((await look({ chain: first, stepMs, samples: [] })) - plainMs) / plainMs;
      const added = timesFor(one, share, decoder.dispatchesPerStep);
      const links = (way: Added) => chainWith(kernels, step, one, way, added);
      const timed = new Map<Added, Timed>();
      for (const way of additionsOf(one)) {
        const chain = added === 1 && way === 'whole' ? first : await decoder.chain(links(way));
        timed.set(way, { chain, stepMs: stepMs * (1 + Math.max(0, share) * added), samples: [] });
      }
      all.push({ kernel: one, added, rotationBytes: addedRotationBytes(kernels, links('whole')), timed });
    }
    return new Explaining(options, plain, emptied, all);
  }

  private constructor(options: ExplainingOptions, plain: Timed, empty: Timed, kernels: readonly KernelChains[]) {
    this.#options = options;
    this.#plain = plain;
    this.#empty = empty;
    this.#kernels = kernels;
    const { decoder, stepMs, regionMs } = options;
    const most = Math.max(...this.#added.map(({ chain }) => chain?.dispatches ?? 1));
    const room = Math.min(decoder.step.maxSteps, Math.floor(MAX_DISPATCHES / most));
    this.#units = Math.max(1, Math.min(room, Math.round(regionMs / stepMs)));
  }

  /** All chains but the plain one. */
  get #added(): readonly Timed[] {
    return [this.#empty, ...this.#kernels.flatMap(({ timed }) => [...timed.values()])];
  }

  /** The plain step is timed several times in a round, since its noise is in every difference. */
  get #plainTimes(): number {
    return Math.ceil(Math.sqrt(this.#added.length));
  }

  /** About how long a round takes, in ms. */
  get #roundMs(): number {
    const { clock, stepMs } = this.#options;
    const regions = [...this.#added, ...Array.from({ length: this.#plainTimes }, () => this.#plain)];
    return regions.reduce((sum, one) => sum + this.#units * one.stepMs + Math.min(clock.preRollMs, stepMs), 0);
  }

  /** Why the step is not explained: it takes too long. Undefined: it may be. */
  get tooLong(): string | undefined {
    const ms = MIN_UNITS * this.#roundMs;
    return ms > MAX_EXPLAINING_MS
      ? `explaining a step must take no longer than ${msText(MAX_EXPLAINING_MS)}; ${MIN_UNITS} rounds of it take ${msText(ms)} here`
      : undefined;
  }

  get rounds(): number {
    return this.#rounds;
  }

  /** Whether there are enough rounds after `spentMs`. */
  isEnough(spentMs: number): boolean {
    return this.#rounds >= MAX_ROUNDS || (spentMs >= ROUNDS_MS && this.#rounds >= MIN_ROUNDS) || this.#isSlow(spentMs);
  }

  /** Slow steps get as many rounds as an interval needs. */
  #isSlow(spentMs: number): boolean {
    return spentMs >= 2 * ROUNDS_MS && this.#rounds >= MIN_UNITS;
  }

  /**
   * Times every chain once. A round that something disturbed, or whose times cannot be true, is not kept.
   *
   * @throws GpuError
   */
  async round(random: RandomSource, sinceStartMs: () => number, spoiled: () => string | undefined): Promise<void> {
    const { clock } = this.#options;
    const units = Math.max(1, Math.round(this.#units * (1 - (JITTER * random.below(1024)) / 1024)));
    const regions = [...this.#added, ...Array.from({ length: this.#plainTimes }, () => this.#plain)];
    const taken: { readonly of: Timed; readonly sample: Sample }[] = [];
    for (const of of shuffled(regions, random)) {
      const atMs = sinceStartMs();
      const { chain, stepMs } = of;
      const reading = await regionOf(this.#options, chain, { units, stepMs, ms: this.#options.stepMs });
      taken.push({ of, sample: { ...reading, round: this.#rounds, atMs } });
    }
    const isTrue = ({ sample }: (typeof taken)[number]) =>
      impossibility(sample, clock.kind, clock.wallQuantumMs) === undefined;
    if (spoiled() !== undefined || !taken.every(isTrue)) return;
    for (const { of, sample } of taken) of.samples.push(sample);
    this.#rounds++;
  }

  /** What was measured, as a record has it. */
  measured(): Explained {
    if (this.#rounds === 0) return { status: 'skipped', reason: 'the time was over before a round was done' };
    const { decoder, kernels } = this.#options;
    return {
      status: 'measured',
      plain: [...this.#plain.samples],
      empty: { added: decoder.dispatchesPerStep, samples: [...this.#empty.samples] },
      kernels: this.#kernels.map(({ kernel, added, rotationBytes, timed }): ExplainedKernel => {
        const { operation, places, workgroups, work } = kernel;
        const { kernel: id, variant, params } = operation;
        const samples = (way: Added) => [...(timed.get(way)?.samples ?? [])];
        return {
          ...{ kernel: id, variant, params: { ...params } },
          tuning: { ...tuningOf(kernelOf(kernels, operation), operation) },
          ...{ dispatches: places.length, workgroups, work: { ...work }, added, rotationBytes },
          whole: samples('whole'),
          ...(timed.has('half') && { half: samples('half') }),
          ...(timed.has('unread') && { unread: samples('unread') }),
        };
      }),
    };
  }
}

interface Region {
  readonly units: number;
  /** About how long a step of the chain takes, and a plain one, in ms. */
  readonly stepMs: number;
  readonly ms: number;
}

/** Times a region of a chain, after a pre-roll of plain steps. */
function regionOf({ clock, decoder }: ExplainingOptions, chain: Chain | undefined, { units, stepMs, ms }: Region) {
  const workload = stepsOf(decoder, chain);
  const before = preRollUnits(clock.preRollMs, ms, workload);
  return timeRegion({ clock, workload, units, unitMs: stepMs, preRollUnits: before, readsWall: false });
}

/** Returns how many dispatches to add beside each of a kernel, if one takes `share` of a step with all of them. */
function timesFor({ places, streams }: StepKernel, share: number, dispatches: number): number {
  const wanted = Math.ceil(ADDED_SHARE / Math.max(share, 1e-3));
  const room = Math.max(1, Math.floor((MAX_MORE * dispatches) / places.length));
  // Dispatches that stream have the memory of the others of their kind to stream.
  const others = streams ? Math.max(1, places.length - 1) : MAX_ADDED;
  return Math.min(wanted, room, others, MAX_ADDED);
}
