/** What the comparison page knows, and what a person can do on it. No DOM: it is handed the shelf and the address. */

import { computed, signal } from '@preact/signals';
import { createAdding, stopped } from '../../shelf/adding.ts';
import type { Compared, ShelfApi, ShelfRun } from '../../shelf/api.ts';
import type { Refusal } from '../../shelf/refusal.ts';
import { MAX_COMPARED } from './address.ts';

export type CompareState = ReturnType<typeof createCompare>;

/**
 * @param asked the runs that the address names
 * @param onKeys takes the runs that are compared, for the address
 */
export function createCompare(shelf: ShelfApi, asked: readonly string[], onKeys: (keys: readonly string[]) => void) {
  const keys = signal(asked);
  /** Undefined: not computed yet. */
  const compared = signal<Compared | undefined>(undefined);
  const runs = signal<readonly ShelfRun[]>([]);
  /** Why nothing can be compared. Undefined: it can. */
  const broken = signal<Refusal | undefined>(undefined);
  /** A number that rises with each comparison. Earlier answers are dropped. */
  let asks = 0;

  async function compare(): Promise<void> {
    const ask = ++asks;
    try {
      const [answer, { runs: known }] = await Promise.all([shelf.compare(keys.value), shelf.list()]);
      if (ask !== asks) return;
      compared.value = answer;
      runs.value = known;
    } catch (error) {
      broken.value = stopped(error);
    }
  }

  async function choose(chosen: readonly string[]): Promise<void> {
    keys.value = [...new Set(chosen)].slice(0, MAX_COMPARED);
    onKeys(keys.value);
    await compare();
  }

  return {
    ...{ keys, compared, broken, compare },
    adding: createAdding(shelf, (added) => choose([...keys.value, ...added.map(({ key }) => key)])),
    /** The runs that can still be added. */
    others: computed(() => runs.value.filter(({ key }) => !keys.value.includes(key))),
    isFull: computed(() => keys.value.length >= MAX_COMPARED),
    add: (key: string) => choose([...keys.value, key]),
    remove: (key: string) => choose(keys.value.filter((one) => one !== key)),
    /** Makes a run the one that is set against the others. */
    putFirst: (key: string) => choose([key, ...keys.value]),
    /** Drops the keys of which there is no run here. */
    dropMissing: () => choose(keys.value.filter((key) => !compared.value?.missing.includes(key))),
  };
}
