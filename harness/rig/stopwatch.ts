/** The stopwatch counts a session's wall time by phase, and how much of it the GPU was being timed. */

import type { Reading } from '../../results/record/schema.ts';
import type { Clock } from '../clock/clock.ts';
import type { Phase, Spent } from '../events.ts';

export class Stopwatch {
  readonly #now: () => number;
  readonly #spent = new Map<Phase, { wallMs: number; timedMs: number }>();
  #phase: Phase = 'fill';
  #sinceMs: number;

  /** @param now The monotonic wall clock, in ms. */
  constructor(now: () => number) {
    this.#now = now;
    this.#sinceMs = now();
  }

  /** Counts the time from now on as that of `phase`. */
  begin(phase: Phase): void {
    const now = this.#now();
    this.#of(this.#phase).wallMs += now - this.#sinceMs;
    this.#sinceMs = now;
    this.#phase = phase;
  }

  /** Returns `clock`, with the time of its regions counted. */
  over(clock: Clock): Clock {
    return {
      ...clock,
      time: async (units, encode, options) => {
        const reading = await clock.time(units, encode, options);
        this.count([reading]);
        return reading;
      },
    };
  }

  /** Counts readings that this phase took by a clock that is not counted. */
  count(readings: readonly Reading[]): void {
    for (const { wallMs } of readings) this.#of(this.#phase).timedMs += wallMs;
  }

  /** Returns the time of each phase until now. */
  spent(): Spent[] {
    this.begin(this.#phase);
    return [...this.#spent].map(([phase, { wallMs, timedMs }]) => ({ phase, wallMs, timedMs }));
  }

  #of(phase: Phase): { wallMs: number; timedMs: number } {
    const spent = this.#spent.get(phase) ?? { wallMs: 0, timedMs: 0 };
    this.#spent.set(phase, spent);
    return spent;
  }
}

/** Returns the share of the wall time in which the GPU was timed, 0 … 1. Pauses are left out. */
export function timedShare(spent: readonly Spent[]): number {
  const active = spent.filter(({ phase }) => phase !== 'paused');
  const total = (of: (s: Spent) => number) => active.reduce((sum, s) => sum + of(s), 0);
  return total((s) => s.timedMs) / total((s) => s.wallMs);
}
