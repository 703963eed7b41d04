/** Waiting for a hidden tab, and not believing what was timed in one. */

import type { Cancellation, Host, Visibility } from './host.ts';

const ALWAYS_SEEN: Visibility = { hidden: false, timesHidden: 0, changed: () => new Promise(() => {}) };

export const visibilityOf = ({ visibility = ALWAYS_SEEN }: Pick<Host, 'visibility'>): Visibility => visibility;

/** Returns once the tab is seen, or the session is cancelled. */
export async function untilSeen(visibility: Visibility, signal: Cancellation): Promise<void> {
  while (visibility.hidden && !signal.aborted) await visibility.changed();
}

/**
 * What `work` gives when the tab is seen from its beginning to its end: as often as it is hidden meanwhile, `work` is
 * done again. What came out in vain is handed to `drop`.
 */
export async function undisturbed<T>(
  visibility: Visibility,
  signal: Cancellation,
  work: () => Promise<T>,
  drop: (value: T) => void = () => {},
): Promise<T> {
  for (;;) {
    await untilSeen(visibility, signal);
    const before = visibility.timesHidden;
    const value = await work();
    if ((!visibility.hidden && visibility.timesHidden === before) || signal.aborted) return value;
    drop(value);
  }
}
