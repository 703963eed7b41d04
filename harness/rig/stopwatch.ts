/** Where a session's wall time goes, phase by phase, and in how much of it the GPU is being timed. */

import type { Reading } from '../../results/schema.ts';
import type { Clock } from '../clock/clock.ts';
import type { Phase, Spent } from '../events.ts';

export class Stopwatch {
  readonly #now: () => number;
  readonly #spent = new Map<Phase, { wallMs: number; timedMs: number }>();
  #phase: Phase = 'fill';
  #sinceMs: number;

  /** @param now Monotonic wall clock in ms. */
  constructor(now: () => number) {
    this.#now = now;
    this.#sinceMs = now();
  }

  /** From now on time is that of `phase`. */
  begin(phase: Phase): void {
    const now = this.#now();
    this.#of(this.#phase).wallMs += now - this.#sinceMs;
    this.#sinceMs = now;
    this.#phase = phase;
  }

  /** The same clock, and what it times counts. */
  over(clock: Clock): Clock {
    return {
      kind: clock.kind,
      time: async (dispatches, encode) => {
        const reading = await clock.time(dispatches, encode);
        this.count([reading]);
        return reading;
      },
      destroy: () => clock.destroy(),
    };
  }

  /** These have been timed in this phase, by a clock that is not watched. */
  count(readings: readonly Reading[]): void {
    for (const { wallMs } of readings) this.#of(this.#phase).timedMs += wallMs;
  }

  /** Until now. */
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

/** Share of the wall time in which the GPU was timed, 0 … 1; pauses count as neither. */
export function timedShare(spent: readonly Spent[]): number {
  const active = spent.filter(({ phase }) => phase !== 'paused');
  const total = (of: (s: Spent) => number) => active.reduce((sum, s) => sum + of(s), 0);
  return total((s) => s.timedMs) / total((s) => s.wallMs);
}
