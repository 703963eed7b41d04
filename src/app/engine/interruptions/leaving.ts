/**
 * When a person last left a page of this browser: by closing it, by reloading it, or by looking elsewhere. A page that
 * the browser ends while it is looked at leaves no such note, which is how the two are told apart (growth-store.ts).
 */

const KEY = 'hbmark-left-at';

/**
 * Notes the time whenever this page is left or hidden: browsers discard hidden pages without a word. A page that is seen
 * again takes its note back. Only local storage is written at once, as a page that is left needs.
 */
export function noteLeaving(): void {
  let own: { readonly at: string; readonly before: string | null } | undefined;
  const leave = () => {
    own ??= { at: new Date().toISOString(), before: lastLeftAt() };
    write(own.at);
  };
  addEventListener('pagehide', leave);
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) return leave();
    // Another page may have been left since, and its note stays.
    if (own && lastLeftAt() === own.at) write(own.before);
    own = undefined;
  });
}

const write = (at: string | null): void =>
  withStorage((storage) => (at === null ? storage.removeItem(KEY) : storage.setItem(KEY, at)));

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
