/**
 * Follows memory as it grows: for the record, and for a log that outlasts the program. A system that ends a program
 * instead of refusing it memory leaves nothing else behind (harness/device/budget.ts).
 */

import type { MemoryUse } from '../../results/schema.ts';
import type { Growth } from '../device/pools.ts';

/** Keeps how far memory has grown, in a place that outlasts the program. */
export interface GrowthLog {
  /**
   * Called before the pools grow to `bytes` together. Nothing is allocated until it returns.
   *
   * @param grownBytes The bytes that are allocated already.
   */
  begins(bytes: number, grownBytes: number): unknown;
  /**
   * Called when memory grows no more, and the program has not been ended by it.
   *
   * @param grownBytes The bytes that are allocated and have been used; 0 where the set-up failed.
   */
  ended(grownBytes: number): unknown;
}

/** Follows the growth of a run's memory, from device to device. */
export class GrowthWatch {
  readonly #log: GrowthLog | undefined;
  readonly #steps: MemoryUse['steps'] = [];
  /** The step of the main pool that has begun and not ended. */
  #pending: Growth | undefined;
  #grownBytes = 0;

  constructor(log?: GrowthLog | undefined) {
    this.#log = log;
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
}
