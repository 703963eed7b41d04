/**
 * A deadline is the end of a session's time, and it holds on any machine. Long work is done in pieces. A piece is not
 * begun if it cannot be expected to end in time. One that takes far longer than expected is abandoned: at the session's
 * end, or earlier while it only waits for a compiler. What is abandoned cannot be stopped. It may go on using the GPU.
 */

import type { Host } from './host.ts';

/**
 * The kinds of pieces, each of which takes about as long as the last few of its kind: verifying a kernel on one example,
 * putting a layout on the GPU, opening a case, and a visit of it; for decode steps, building one, racing its ways, a
 * visit of it, a round of explaining it, and all of it.
 */
export type Piece =
  | 'example'
  | 'layout'
  | 'opening'
  | 'visit'
  | 'building'
  | 'race'
  | 'step-visit'
  | 'explaining'
  | 'step';

/** A piece of work was not begun or not finished, since the time is spent. What it was for is left undone. */
export class OutOfTime extends Error {
  override readonly name = 'OutOfTime';

  constructor() {
    super('the time is spent');
  }
}

/** Waits for a compiler. @throws OutOfTime if it is not done in time */
export type CompilerWait = <T>(compiling: Promise<T>) => Promise<T>;

/** Gives compilers the time that they take. */
export const WAITS_FOR_COMPILERS: CompilerWait = (compiling) => compiling;

/** The clock that deadlines lie on. */
export interface SessionClock {
  /** Returns the time that the session has spent without pauses, in ms. */
  readonly spentMs: () => number;
  /** The host's timer, if there is one. Without it, work is not abandoned. */
  readonly pause?: Host['pause'];
}

/**
 * The last pieces of a kind of which the median is expected: one that took long for once, as where a driver was reset,
 * must not end the session early.
 */
const REMEMBERED = 3;

/**
 * A compiler is waited for at least this share of the time left, and this many times what pieces of its kind take. A
 * longer wait would cost the session what else there is to do.
 */
const [PATIENCE_SHARE, PATIENCE_TIMES] = [1 / 2, 3];

export class Deadline {
  readonly #clock: SessionClock;
  /** The time spent after which nothing is begun, in ms. */
  readonly #endMs: number;
  /** The time spent at which the session ends, in ms. Nothing comes after it. */
  readonly #sessionEndMs: number;
  readonly #watch: Watch;
  /** About how long a piece of each kind takes, in ms. Deadlines that come from each other share it. */
  readonly #tookMs: Map<Piece, readonly number[]>;

  /** @param endMs The time spent at which the session ends, in ms. */
  static at(clock: SessionClock, endMs: number): Deadline {
    return new Deadline(clock, [endMs, endMs], new Watch(clock), new Map());
  }

  private constructor(
    clock: SessionClock,
    [endMs, sessionEndMs]: readonly [number, number],
    watch: Watch,
    tookMs: Map<Piece, readonly number[]>,
  ) {
    this.#clock = clock;
    this.#endMs = endMs;
    this.#sessionEndMs = sessionEndMs;
    this.#watch = watch;
    this.#tookMs = tookMs;
  }

  /** Returns the time left, in ms; negative once it is over. */
  leftMs(): number {
    return this.#endMs - this.#clock.spentMs();
  }

  /** Returns a deadline `ms` earlier, for work after which something else must follow. */
  sooner(ms: number): Deadline {
    return this.#ending(this.#endMs - ms, this.#sessionEndMs);
  }

  /** Returns the deadline of a session that ends `ms` later. */
  later(ms: number): Deadline {
    return this.#ending(this.#endMs + ms, this.#sessionEndMs + ms);
  }

  /** Returns a deadline that never comes. */
  endless(): Deadline {
    return this.#ending(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  }

  /**
   * Returns this deadline for a session that is followed by other work on the GPU: nothing is abandoned but waits for
   * compilers, since what is abandoned would disturb what follows.
   */
  followed(): Deadline {
    return this.#ending(this.#endMs, Number.MAX_SAFE_INTEGER);
  }

  #ending(endMs: number, sessionEndMs: number): Deadline {
    return new Deadline(this.#clock, [endMs, sessionEndMs], this.#watch, this.#tookMs);
  }

  /** Returns about how long a piece takes, in ms; 0 while none has been done. */
  expectedMs(piece: Piece): number {
    const took = [...(this.#tookMs.get(piece) ?? [])].sort((a, b) => a - b);
    return took[Math.floor(took.length / 2)] ?? 0;
  }

  /** Notes that a piece took `ms`. */
  learn(piece: Piece, ms: number): void {
    this.#tookMs.set(piece, [...(this.#tookMs.get(piece) ?? []), ms].slice(-REMEMBERED));
  }

  /**
   * Does a piece of work. It is abandoned if it is not done when the session ends.
   *
   * @throws OutOfTime if it cannot be expected to end by this deadline, or has not ended with the session
   */
  piece<T>(piece: Piece, work: () => Promise<T>): Promise<T> {
    return this.#timed(piece, () => this.#watch.until(this.#sessionEndMs, work()));
  }

  /**
   * Does a piece of work that waits for a compiler, which may take minutes. Its waits are abandoned once they take much
   * of the time left, and all else at the session's end: work that is abandoned within its use of the GPU would disturb
   * what comes next.
   *
   * @param work Waits for compilers through `compiled`.
   * @throws OutOfTime if it cannot be expected to end by this deadline, or a compiler is not done by then
   */
  compiling<T>(piece: Piece, work: (compiled: CompilerWait) => Promise<T>): Promise<T> {
    const patienceMs = () => Math.max(PATIENCE_SHARE * this.leftMs(), PATIENCE_TIMES * this.expectedMs(piece));
    const endMs = () => Math.min(this.#endMs, this.#clock.spentMs() + patienceMs());
    return this.piece(piece, () => work((compiling) => this.#watch.until(endMs(), compiling)));
  }

  async #timed<T>(piece: Piece, work: () => Promise<T>): Promise<T> {
    const leftMs = this.leftMs();
    if (leftMs <= 0 || this.expectedMs(piece) > leftMs) throw new OutOfTime();
    const beganMs = this.#clock.spentMs();
    const value = await work();
    this.learn(piece, this.#clock.spentMs() - beganMs);
    return value;
  }
}

/** The time between two looks of a watch, in ms. */
const LOOK_EVERY_MS = 250;

/** Waits for work, and abandons what is not done at its end. One timer serves all waits. */
class Watch {
  readonly #clock: SessionClock;
  /** What ends each wait, with its end on the clock. */
  readonly #waits = new Map<() => void, number>();
  #isLooking = false;

  constructor(clock: SessionClock) {
    this.#clock = clock;
  }

  /** Resolves to what `work` gives. @throws OutOfTime at `endMs`, if there is nothing by then */
  until<T>(endMs: number, work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const abandon = () => reject(new OutOfTime());
      this.#waits.set(abandon, endMs);
      work.then(resolve, reject).finally(() => this.#waits.delete(abandon));
      void this.#look();
    });
  }

  async #look(): Promise<void> {
    const { pause, spentMs } = this.#clock;
    if (!pause || this.#isLooking) return;
    this.#isLooking = true;
    while (this.#waits.size > 0) {
      await pause(LOOK_EVERY_MS);
      for (const [abandon, endMs] of this.#waits) {
        if (spentMs() < endMs) continue;
        this.#waits.delete(abandon);
        abandon();
      }
    }
    this.#isLooking = false;
  }
}

/** The deadline of work that takes the time it takes. */
export const NO_DEADLINE = Deadline.at({ spentMs: () => 0 }, Number.MAX_SAFE_INTEGER);
