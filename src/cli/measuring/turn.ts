/**
 * One run at a time: two that measure side by side share the GPU's memory, and both have wrong figures. A process that
 * measures holds a lock beside the file of tunings; the next waits for its end. The record of the next says so.
 */

import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { HarnessError } from '../../../harness/errors.ts';
import { UsageError } from '../errors.ts';
import { type Holder, takeLock } from '../files/lock-file.ts';
import { isStream } from '../files/write-file.ts';
import { tuningsPath } from '../hosts/tunings.ts';
import { printError } from '../text/print.ts';

/** The time between two looks at the lock, in ms: a run that is measured hardly notices. */
const LOOK_EVERY_MS = 2000;

/** The lock of this machine. Homes may be shared among machines. */
const lockPath = (): string => join(dirname(tuningsPath()), `measuring-${hostname()}.lock`);

/**
 * Does `work` once no other process measures on this machine for this user. It is handed what was waited for;
 * undefined if nothing was.
 *
 * @throws HarnessError `cancelled` if the signal is aborted before
 */
export async function inTurn<T>(signal: AbortSignal, work: (otherRun: string | undefined) => Promise<T>): Promise<T> {
  const path = lockPath();
  const beganMs = performance.now();
  let waitedFor: string | undefined;
  for (;;) {
    const taken = takeLock(path);
    if (taken.ok) {
      const seconds = Math.round((performance.now() - beganMs) / 1000);
      try {
        return await work(
          waitedFor && `${waitedFor} measured on this machine until this run began, which waited ${seconds} s for it`,
        );
      } finally {
        taken.release();
      }
    }
    if (waitedFor === undefined) {
      printError(
        `hbmark: ${processText(taken.holder)} is measuring on this machine: this one begins when it is done. Ctrl-C gives up (the lock is ${path})`,
      );
    }
    waitedFor = processText(taken.holder);
    await setTimeout(LOOK_EVERY_MS, undefined, { signal }).catch(() => {
      throw new HarnessError('cancelled', `Cancelled while ${waitedFor} was measuring: nothing was measured.`);
    });
  }
}

/**
 * Does `work` while no other process writes to these files.
 *
 * @throws UsageError if one does
 */
export async function withOutFiles<T>(outs: readonly string[], work: () => Promise<T>): Promise<T> {
  const releases: (() => void)[] = [];
  try {
    for (const out of outs) {
      if (isStream(out)) continue;
      const path = `${out}.lock`;
      const taken = takeLock(path);
      if (!taken.ok) {
        throw new UsageError(
          `--out must be a file that no other run writes to: name another, or wait; ${processText(taken.holder)} writes to ${out} (if it does not, delete ${path})`,
        );
      }
      releases.push(taken.release);
    }
    return await work();
  } finally {
    for (const release of releases) release();
  }
}

function processText(holder: Holder | null): string {
  if (holder === null) return 'another process';
  const { pid, machine } = holder;
  return machine === hostname() ? `process ${pid}` : `process ${pid} of another machine`;
}
