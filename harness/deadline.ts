/**
 * A deadline is the end of a session's time, and it holds on any machine. Long work is done in pieces. A piece is not
 * begun if it cannot be expected to end in time. One that takes far longer than expected is abandoned at the end.
 */

import type { Host } from './host.ts';

/**
 * The kinds of pieces, each of which takes about as long as the last of its kind: verifying a kernel on one example,
 * putting a layout on the GPU, opening a case, and a visit of it; for decode steps, building one, a visit of it, and all
 * of it.
 */
export type Piece = 'example' | 'layout' | 'opening' | 'visit' | 'building' | 'step-visit' | 'step';

/** A piece of work was not begun or not finished, since the time is spent. What it was for is left undone. */
export class OutOfTime extends Error {
  override readonly name = 'OutOfTime';

  constructor() {
    super('the time is spent');
  }
}

/** The clock that deadlines lie on. */
export interface SessionClock {
  /** Returns the time that the session has spent without pauses, in ms. */
  readonly spentMs: () => number;
  /** The host's timer, if there is one. Without it, work is not abandoned. */
  readonly pause?: Host['pause'];
}

/** A piece that took less than the one before it lowers what is expected to this share at most: the next may take more. */
const FORGETTING = 1 / 2;

export class Deadline {
  readonly #clock: SessionClock;
  /** The time spent after which nothing is begun, in ms. */
  readonly #endMs: number;
  readonly #alarm: Alarm;
  /** About how long a piece of each kind takes, in ms. Deadlines that come from each other share it. */
  readonly #expectedMs: Map<Piece, number>;

  /** @param endMs The time spent at which everything ends, in ms. */
  static at(clock: SessionClock, endMs: number): Deadline {
    return new Deadline(clock, endMs, new Alarm(clock, endMs), new Map());
  }

  private constructor(clock: SessionClock, endMs: number, alarm: Alarm, expectedMs: Map<Piece, number>) {
    this.#clock = clock;
    this.#endMs = endMs;
    this.#alarm = alarm;
    this.#expectedMs = expectedMs;
  }

  /** Returns the time left, in ms; negative once it is over. */
  leftMs(): number {
    return this.#endMs - this.#clock.spentMs();
  }

  /** Returns a deadline `ms` earlier, for work after which something else must follow. It abandons nothing earlier. */
  sooner(ms: number): Deadline {
    return new Deadline(this.#clock, this.#endMs - ms, this.#alarm, this.#expectedMs);
  }

  /** Returns a deadline for work whose time does not count in this one: `ms` later. */
  later(ms: number): Deadline {
    const endMs = this.#endMs + ms;
    return new Deadline(this.#clock, endMs, new Alarm(this.#clock, endMs), this.#expectedMs);
  }

  /** Returns a deadline that never comes. */
  endless(): Deadline {
    const clock = { spentMs: this.#clock.spentMs };
    return new Deadline(clock, Number.MAX_SAFE_INTEGER, new Alarm(clock, Number.MAX_SAFE_INTEGER), this.#expectedMs);
  }

  /** Returns about how long a piece takes, in ms; 0 while none has been done. */
  expectedMs(piece: Piece): number {
    return this.#expectedMs.get(piece) ?? 0;
  }

  /** Notes that a piece took `ms`. */
  learn(piece: Piece, ms: number): void {
    this.#expectedMs.set(piece, Math.max(ms, FORGETTING * this.expectedMs(piece)));
  }

  /** Does a piece of work. @throws OutOfTime if it would not end in time, or has not */
  async piece<T>(piece: Piece, work: () => Promise<T>): Promise<T> {
    const leftMs = this.leftMs();
    if (leftMs <= 0 || this.expectedMs(piece) > leftMs) throw new OutOfTime();
    const beganMs = this.#clock.spentMs();
    const value = await this.#alarm.unlessOver(work());
    this.learn(piece, this.#clock.spentMs() - beganMs);
    return value;
  }
}

/** Wakes up whoever waits when the time is over. One timer serves all. */
class Alarm {
  readonly #clock: SessionClock;
  readonly #endMs: number;
  readonly #waiting = new Set<() => void>();
  #isSet = false;

  constructor(clock: SessionClock, endMs: number) {
    this.#clock = clock;
    this.#endMs = endMs;
  }

  /** Resolves to the value of `work`. @throws OutOfTime at the end, if there is none by then */
  unlessOver<T>(work: Promise<T>): Promise<T> {
    const { pause } = this.#clock;
    if (!pause) return work;
    if (!this.#isSet) void this.#ring(pause);
    return new Promise((resolve, reject) => {
      const abandon = () => reject(new OutOfTime());
      this.#waiting.add(abandon);
      work.then(resolve, reject).finally(() => this.#waiting.delete(abandon));
    });
  }

  async #ring(pause: NonNullable<Host['pause']>): Promise<void> {
    const leftMs = () => this.#endMs - this.#clock.spentMs();
    this.#isSet = true;
    // A pause of the run moves the end.
    while (leftMs() > 0) await pause(leftMs());
    this.#isSet = false;
    for (const abandon of this.#waiting) abandon();
  }
}

/** The deadline of work that takes the time it takes. */
export const NO_DEADLINE = Deadline.at({ spentMs: () => 0 }, Number.MAX_SAFE_INTEGER);
