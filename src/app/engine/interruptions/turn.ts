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
  const isTaken = await isLockTaken();
  if (signal.aborted) throw new HarnessError('cancelled', 'Cancelled before it began: nothing was measured.');
  if (isTaken === undefined) return work(undefined);
  const beganMs = performance.now();
  if (isTaken) {
    const detail = 'another tab of this browser is measuring: this one begins when it is done';
    onEvent({ type: 'progress', phase: 'paused', fraction: 0, leftMs: [0, 0], detail });
  }
  await navigator.locks
    .request(MEASURING_LOCK, { signal }, async () => {
      const seconds = Math.round((performance.now() - beganMs) / 1000);
      const otherRun = `another tab measured until this run began, which waited ${seconds} s for it`;
      await work(isTaken ? otherRun : undefined);
    })
    .catch((error: unknown) => {
      // The locks' own error: the session ended while it waited.
      if (!(error instanceof DOMException && error.name === 'AbortError')) throw error;
      throw new HarnessError('cancelled', 'Cancelled while another tab was measuring: nothing was measured.');
    });
}

/** Whether another session has the lock. Undefined: the browser refuses locks, as it refuses storage. */
async function isLockTaken(): Promise<boolean | undefined> {
  try {
    const { held = [], pending = [] } = await navigator.locks.query();
    return [...held, ...pending].some(({ name }) => name === MEASURING_LOCK);
  } catch {
    return undefined;
  }
}
