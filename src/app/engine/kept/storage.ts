/** Tells the page when the browser's storage does not take a run, and once no such run is held any more. */

import type { StorageTrouble } from './database.ts';

/** Takes what is wrong with the storage. Null: nothing is. */
export type OnStorage = (trouble: StorageTrouble | null) => void;

let listener: OnStorage = () => {};
let told: StorageTrouble | null = null;

export function watchStorage(onStorage: OnStorage): void {
  listener = onStorage;
}

/** Tells the page what is wrong with the storage, once for each change. */
export function tellStorage(trouble: StorageTrouble | undefined): void {
  const now = trouble ?? null;
  if (now !== told) listener(now);
  told = now;
}
