/** Handles a hidden tab: a run waits until it is shown, and does not believe what was timed meanwhile. */

import { HIDDEN_MEANWHILE } from '../../results/labels/course.ts';
import type { Cancellation, Host, Visibility } from '../host.ts';

const ALWAYS_SEEN: Visibility = { hidden: false, timesHidden: 0, changed: () => new Promise(() => {}) };

export const visibilityOf = ({ visibility = ALWAYS_SEEN }: Pick<Host, 'visibility'>): Visibility => visibility;

/** Returns `visibility`, with the time of each wait for a hidden tab reported in ms. */
export function countingWaits(visibility: Visibility, now: () => number, waited: (ms: number) => void): Visibility {
  return {
    get hidden() {
      return visibility.hidden;
    },
    get pausedByPerson() {
      return visibility.pausedByPerson ?? false;
    },
    get timesHidden() {
      return visibility.timesHidden;
    },
    async changed() {
      const sinceMs = now();
      await visibility.changed();
      waited(now() - sinceMs);
    },
  };
}

/** Whether a session has to wait: its tab is hidden, or a person has paused it. */
export const mustWait = ({ hidden, pausedByPerson = false }: Visibility): boolean => hidden || pausedByPerson;

/** Resolves once the session need not wait any more, or is cancelled. */
export async function untilSeen(visibility: Visibility, signal: Cancellation): Promise<void> {
  while (mustWait(visibility) && !signal.aborted) await visibility.changed();
}

/**
 * Starts to watch the tab. The function that it returns gives the reason not to believe what was timed since, or
 * undefined if the tab stayed visible.
 */
export function spoiledBy(visibility: Visibility): () => string | undefined {
  const { timesHidden } = visibility;
  return () => (visibility.hidden || visibility.timesHidden !== timesHidden ? HIDDEN_MEANWHILE : undefined);
}

/**
 * Runs `work` until the tab stays visible from its beginning to its end, and returns its value. A value during which
 * the tab was hidden is handed to `drop`.
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
