/**
 * When a person last left a page of this browser: by closing it, by reloading it, or by going elsewhere. A page that
 * the browser ends leaves no such note, which is how the two are told apart (growth-store.ts).
 */

const KEY = 'hbmark-left-at';

/** Notes the time whenever this page is left. Only local storage is written at once, as a page that is left needs. */
export function noteLeaving(): void {
  addEventListener('pagehide', () => withStorage((storage) => storage.setItem(KEY, new Date().toISOString())));
}

/** The time at which a page was last left, ISO 8601 in UTC. Null: never, or this browser has no storage. */
export const lastLeftAt = (): string | null => withStorage((storage) => storage.getItem(KEY)) ?? null;

/** What `use` returns. Undefined: the browser has no storage for the page. */
function withStorage<T>(use: (storage: Storage) => T): T | undefined {
  try {
    return use(localStorage);
  } catch {
    return undefined;
  }
}
