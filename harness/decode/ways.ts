/**
 * The ways to compute a decode step, and the race between them. Which is fastest depends on the device: integer dot
 * products are one instruction on most GPUs, and are emulated on others.
 */

import type { DecodeMeasured, Verification } from '../../results/record/schema.ts';
import { type RandomSource, shuffled } from '../../results/statistics.ts';
import type { StepWay } from '../../shaders/step.ts';
import type { Clock } from '../clock/clock.ts';
import { OutOfTime } from '../deadline.ts';
import type { Decoder } from './decoder.ts';
import { stepFirstLookMs } from './step-run.ts';

/** A way of a step that is ready on the GPU. */
export interface Entrant {
  readonly decoder: Decoder;
  readonly verification: Verification;
  /** Undefined: f32. */
  readonly activations: DecodeMeasured['activations'];
}

/** The ways that won before, by what is alike in their steps. A run races each kind of step once. */
export type Winners = Map<string, DecodeMeasured['activations']>;

export interface RaceOptions {
  readonly clock: Clock;
  /** The way that is timed without a race. The others use its filled buffers. */
  readonly first: Entrant;
  readonly others: readonly StepWay[];
  /** Makes an entrant over the buffers of the first, or says why it cannot race. */
  readonly make: (way: StepWay) => Promise<Entrant | string>;
  /** Called for each way that does not race, with the reason. */
  readonly leftOut: (way: StepWay, why: string) => void;
  readonly winners: Winners;
  /** Whether a person asked for the step. */
  readonly isAsked: boolean;
  /** What the steps have in common that share a winner. */
  readonly kind: string;
}

/** The rounds of a race. In each, every way has a turn, in random order. */
const ROUNDS = 2;

/** Another way than the first must be faster by this share: noise must not decide. */
const MIN_GAIN = 0.03;

/** The share of a step's time that a race may take. */
const RACE_SHARE = 1 / 2;

/** The time that a race may take in any case where a person asked for the step, in ms. */
const ASKED_MS = 20_000;

/**
 * The most that a dispatch is thought to take, in ms. Browsers' take 2 to 5 µs on GPUs, and some more. A way that only
 * spares dispatches is not raced where they cannot make a difference.
 */
const DISPATCH_MS = 0.01;

/** The time of a turn, beside half of a region: about so many steps. */
const STEPS_PER_TURN = 3;

const NOT_IN_TIME = 'its kernels were not compiled in time';

/** The race of one step's ways. */
export class Race {
  readonly #options: RaceOptions;
  #winner: Entrant;

  constructor(options: RaceOptions) {
    this.#options = options;
    this.#winner = options.first;
  }

  /** The fastest way; the first before the race. */
  get winner(): Entrant {
    return this.#winner;
  }

  /** Whether there is another way, and a race, or making the winner of one before, is short beside the step's time. */
  isWorthIt(stepMs: number, regionMs: number, budgetMs: number): boolean {
    const { winners, kind, isAsked } = this.#options;
    if (winners.has(kind)) return winners.get(kind) !== undefined;
    const others = this.#couldWin(stepMs);
    if (others.length === 0) return false;
    const turns = (others.length + 1) * ROUNDS;
    return turns * (STEPS_PER_TURN * stepMs + regionMs / 2) <= Math.max(RACE_SHARE * budgetMs, isAsked ? ASKED_MS : 0);
  }

  /** The other ways that may be faster by more than noise than the first, whose step takes `stepMs`. */
  #couldWin(stepMs: number): StepWay[] {
    return this.#options.others.filter(
      ({ spares }) => spares === undefined || spares * DISPATCH_MS > MIN_GAIN * stepMs,
    );
  }

  /** Finds the winner. `stepMs` is the time of the first way's step. */
  async run(stepMs: number, regionMs: number, random: RandomSource): Promise<void> {
    const { first, winners, kind } = this.#options;
    const known = winners.get(kind);
    const entrants: Entrant[] = [first];
    try {
      const others = this.#options.others.filter(({ activations }) => activations === known);
      for (const way of known === undefined ? this.#couldWin(stepMs) : others) {
        const entrant = await this.#make(way);
        if (typeof entrant === 'string') this.#options.leftOut(way, entrant);
        else entrants.push(entrant);
      }
      // One that won a race before wins this one.
      const fastest = known === undefined ? await this.#fastest(entrants, regionMs, random) : entrants.length - 1;
      this.#winner = entrants[fastest] ?? first;
      winners.set(kind, this.#winner.activations);
    } finally {
      for (const entrant of entrants) if (entrant !== first && entrant !== this.#winner) entrant.decoder.destroy();
    }
  }

  async #make(way: StepWay): Promise<Entrant | string> {
    try {
      return await this.#options.make(way);
    } catch (error) {
      // A compiler that takes its time loses the race.
      if (error instanceof OutOfTime) return NOT_IN_TIME;
      throw error;
    }
  }

  async #fastest(entrants: readonly Entrant[], regionMs: number, random: RandomSource): Promise<number> {
    const leastMs = entrants.map(() => Number.POSITIVE_INFINITY);
    if (entrants.length === 1) return 0;
    for (let round = 0; round < ROUNDS; round++) {
      for (const [index, { decoder }] of shuffled([...entrants.entries()], random)) {
        const ms = await stepFirstLookMs(this.#options.clock, decoder, regionMs);
        leastMs[index] = Math.min(leastMs[index] ?? ms, ms);
      }
    }
    const least = Math.min(...leastMs);
    return least < (1 - MIN_GAIN) * (leastMs[0] ?? 0) ? leastMs.indexOf(least) : 0;
  }

  /** Frees the buffers of all ways. */
  end(): void {
    const { first } = this.#options;
    if (this.#winner !== first) this.#winner.decoder.destroy();
    first.decoder.destroy();
  }
}
