/**
 * One session at a time in this browser: two tabs that measure side by side share the GPU's memory, and both have wrong
 * figures. A session holds a lock (Web Locks), which the browser frees when its tab is gone; the next waits for it.
 */

import { HarnessError } from '../../../../harness/errors.ts';
import type { OnEvent } from '../api.ts';
import { MEASURING_LOCK } from './measuring-lock.ts';

/**
 * Does `work` once no other session measures in this browser. It is handed, in words, the one that was waited for;
 * undefined if there was none, or if the browser has no locks for this page.
 *
 * @throws HarnessError `cancelled` if the signal is aborted before
 */
export async function inTurn(
  signal: AbortSignal,
  onEvent: OnEvent,
  work: (otherRun: string | undefined) => Promise<void>,
): Promise<void> {
  if (signal.aborted) throw new HarnessError('cancelled', 'Cancelled before it began: nothing was measured.');
  const askedMs = performance.now();
  let hasBegun = false;
  const begin = async (otherRun?: string): Promise<true> => {
    hasBegun = true;
    await work(otherRun);
    return true;
  };
  try {
    // To look whether the lock is free, and to take it then, would let two that look together both find it free.
    const ifFree = { ifAvailable: true };
    if (await navigator.locks.request(MEASURING_LOCK, ifFree, (lock) => lock !== null && begin())) return;
  } catch (error) {
    if (hasBegun) throw error;
    // The browser refuses locks, as it refuses storage.
    return work(undefined);
  }
  const detail = 'another tab of this browser is measuring: this one begins when it is done';
  onEvent({ type: 'progress', phase: 'paused', fraction: 0, leftMs: [0, 0], detail });
  try {
    await navigator.locks.request(MEASURING_LOCK, { signal }, () => {
      const seconds = Math.round((performance.now() - askedMs) / 1000);
      return begin(`another tab measured until this run began, which waited ${seconds} s for it`);
    });
  } catch (error) {
    // The locks' own error: the session ended while it waited.
    if (hasBegun || !(error instanceof DOMException && error.name === 'AbortError')) throw error;
    throw new HarnessError('cancelled', 'Cancelled while another tab was measuring: nothing was measured.');
  }
}
