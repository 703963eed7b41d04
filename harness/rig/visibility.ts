/** Waiting for a hidden tab, and not believing what was timed in one. */

import { HIDDEN_MEANWHILE } from '../../results/labels.ts';
import type { Cancellation, Host, Visibility } from '../host.ts';

const ALWAYS_SEEN: Visibility = { hidden: false, timesHidden: 0, changed: () => new Promise(() => {}) };

export const visibilityOf = ({ visibility = ALWAYS_SEEN }: Pick<Host, 'visibility'>): Visibility => visibility;

/** Returns once the tab is seen, or the session is cancelled. */
export async function untilSeen(visibility: Visibility, signal: Cancellation): Promise<void> {
  while (visibility.hidden && !signal.aborted) await visibility.changed();
}

/** From now on: why what is being timed is not to be believed, or undefined while the tab has been seen all along. */
export function spoiledBy(visibility: Visibility): () => string | undefined {
  const { timesHidden } = visibility;
  return () => (visibility.hidden || visibility.timesHidden !== timesHidden ? HIDDEN_MEANWHILE : undefined);
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
    const spoiled = spoiledBy(visibility);
    const value = await work();
    if (spoiled() === undefined || signal.aborted) return value;
    drop(value);
  }
}
