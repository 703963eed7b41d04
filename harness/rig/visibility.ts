/** A hidden tab: runs wait until it is shown, and do not believe what was timed in it. */

import { HIDDEN_MEANWHILE } from '../../results/labels.ts';
import type { Cancellation, Host, Visibility } from '../host.ts';

const ALWAYS_SEEN: Visibility = { hidden: false, timesHidden: 0, changed: () => new Promise(() => {}) };

export const visibilityOf = ({ visibility = ALWAYS_SEEN }: Pick<Host, 'visibility'>): Visibility => visibility;

/** Resolves once the tab is seen, or the session is cancelled. */
export async function untilSeen(visibility: Visibility, signal: Cancellation): Promise<void> {
  while (visibility.hidden && !signal.aborted) await visibility.changed();
}

/**
 * Returns a function that says why what is timed from now on is not to be believed; undefined if the tab stayed seen.
 */
export function spoiledBy(visibility: Visibility): () => string | undefined {
  const { timesHidden } = visibility;
  return () => (visibility.hidden || visibility.timesHidden !== timesHidden ? HIDDEN_MEANWHILE : undefined);
}

/**
 * Returns what `work` gives while the tab is seen from its beginning to its end. If the tab was hidden meanwhile, the
 * value is handed to `drop` and `work` is done again.
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
