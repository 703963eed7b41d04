/**
 * Follows memory as it grows: for the record, and for a log that outlasts the program. A system that ends a program
 * instead of refusing it memory leaves nothing else behind (harness/device/budget.ts).
 */

import type { MemoryUse } from '../../results/record/schema.ts';
import type { Growth } from '../device/pools.ts';

/** Keeps how far memory has grown, in a place that outlasts the program. */
export interface GrowthLog {
  /**
   * Called before memory grows to `bytes`. Nothing is allocated until it returns.
   *
   * @param grownBytes The bytes that are allocated already.
   */
  begins(bytes: number, grownBytes: number): unknown;
  /**
   * Called when memory grows no more, and the program has not been ended by it. It may grow again later.
   *
   * @param grownBytes The bytes that are allocated and have been used; 0 where it failed.
   */
  ended(grownBytes: number): unknown;
}

/**
 * Follows the growth of a run's memory, from device to device. Memory grows only while the tab is seen: browsers end
 * hidden tabs for reasons of their own, and a step that begins in one would be blamed for it.
 */
export class GrowthWatch {
  readonly #log: GrowthLog | undefined;
  readonly #seen: () => Promise<void>;
  readonly #steps: MemoryUse['steps'] = [];
  /** The step of the main pool that has begun and not ended. */
  #pending: Growth | undefined;
  #grownBytes = 0;

  /** @param seen Resolves once the tab is visible. Default: there is no tab. */
  constructor(log?: GrowthLog | undefined, seen: () => Promise<void> = async () => {}) {
    this.#log = log;
    this.#seen = seen;
  }

  /** The steps of the main pool so far, those of lost devices included. */
  get steps(): MemoryUse['steps'] {
    return [...this.#steps];
  }

  /** Takes the beginning or the end of a step. */
  readonly grows = async (growth: Growth): Promise<void> => {
    const { state, isMain, bytes, totalBytes } = growth;
    if (state === 'begins') {
      this.#pending = isMain ? growth : undefined;
      await this.#seen();
      await this.#log?.begins(totalBytes, this.#grownBytes);
      return;
    }
    this.#pending = undefined;
    if (isMain) this.#steps.push({ bytes, given: state === 'given' });
    if (state === 'given') this.#grownBytes = totalBytes;
  };

  /** Passes on the set-up of a device, and takes note of how it ends. A step that has not ended then was not given. */
  async *over<Event, Rig>(setup: AsyncGenerator<Event, Rig>): AsyncGenerator<Event, Rig> {
    let grownBytes = 0;
    this.#grownBytes = 0;
    try {
      const rig = yield* setup;
      grownBytes = this.#grownBytes;
      return rig;
    } finally {
      if (this.#pending) this.#steps.push({ bytes: this.#pending.bytes, given: false });
      this.#pending = undefined;
      await this.#log?.ended(grownBytes);
    }
  }

  /**
   * Returns the value of `work`, which takes memory at once: up to `bytes` are allocated while it runs, of which
   * `grownBytes` are allocated already.
   */
  async during<T>({ bytes, grownBytes }: { bytes: number; grownBytes: number }, work: () => Promise<T>): Promise<T> {
    let survivedBytes = 0;
    await this.#seen();
    await this.#log?.begins(bytes, grownBytes);
    try {
      const value = await work();
      survivedBytes = bytes;
      return value;
    } finally {
      await this.#log?.ended(survivedBytes);
    }
  }
}
