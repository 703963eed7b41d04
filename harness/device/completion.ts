/**
 * How the host learns that the GPU is done. Most engines wake up as soon as it is. Firefox looks on a timer of about
 * 100 ms (https://bugzilla.mozilla.org/show_bug.cgi?id=1870699), and whenever something is submitted, since wgpu looks
 * for finished work inside `submit`. So an empty submission now and then, a nudge, makes Firefox notice the end within
 * a millisecond or two. Whether nudges help is measured, never guessed from a name. Delete the nudges when Firefox
 * notices completion by itself: an empty submission then takes far less than NUDGE_FROM_MS.
 */

import { median } from 'simple-statistics';
import type { Host } from '../host.ts';

export interface Completion {
  /** Whether waiting is helped by nudges. */
  readonly nudges: boolean;
  /**
   * Waits for the GPU, which has its work by now.
   *
   * @param ask Asks for the end of the work: `queue.onSubmittedWorkDone()`, or the mapping of a buffer. Some engines look
   *   for the answer again and again from then on, which costs a software adapter the time of a processor.
   * @param expectedMs About how long the GPU will take. Nudges are few before that. Default: unknown, and there are many
   *   from the beginning.
   * @param finely Whether the end must be noticed at once, and also before it is expected. Otherwise an engine that needs
   *   no nudges is asked only then. Default: yes.
   */
  wait<T>(ask: () => Promise<T>, expectedMs?: number, finely?: boolean): Promise<T>;
}

/** Nudges are tried where an empty submission takes at least this, in ms: other engines take 0.1 – 15 ms. */
const NUDGE_FROM_MS = 20;

/**
 * Nudges are used where they make an empty submission take less than this share of its time. One of several tries is
 * enough: other programs make a try slower, and nothing makes it faster than it is.
 */
const HELPED = 0.5;

/** The time between two nudges once work should be done, in ms: as fine as a worker's pause is. */
const NUDGE_EVERY_MS = 1;

/**
 * Work that was expected to take too long ends unseen until the first nudge, and its time would be the expectation. So
 * nudges begin at this share of the expected time, and come at this share of it until it is over.
 */
const [EARLY_FROM, EARLY_EVERY] = [1 / 2, 1 / 32];

/**
 * Where nobody reads the wall clock, nudges come at this share of the expected time once it is over: a software adapter
 * has the processor for itself meanwhile.
 */
const SPARSELY_EVERY = 1 / 16;

/** The numbers of empty submissions that tell whether nudges help: without them, and with them. */
const [UNAIDED_TRIES, NUDGED_TRIES] = [3, 5];

/** Finds out whether nudges help on `device`, and returns how to wait for it. */
export async function findCompletion(host: Pick<Host, 'now' | 'pause'>, device: GPUDevice): Promise<Completion> {
  const { pause } = host;
  if (!pause) return { nudges: false, wait: (ask) => ask() };
  const plain: Completion = {
    nudges: false,
    async wait(ask, expectedMs = 0, finely = true) {
      if (!finely && expectedMs > 0) await pause(expectedMs);
      return ask();
    },
  };
  const unaided: number[] = [];
  while (unaided.length < UNAIDED_TRIES) unaided.push(await emptyMs(host, device, plain));
  const unaidedMs = median(unaided);
  if (unaidedMs < NUDGE_FROM_MS) return plain;
  const nudged = nudging(host.now, pause, device);
  for (let i = 0; i < NUDGED_TRIES; i++) {
    if ((await emptyMs(host, device, nudged)) < HELPED * unaidedMs) return nudged;
  }
  return plain;
}

/** Returns the time in ms until the host knows of the end of a submission without work. */
async function emptyMs({ now }: Pick<Host, 'now'>, { queue }: GPUDevice, completion: Completion): Promise<number> {
  const start = now();
  queue.submit([]);
  await completion.wait(() => queue.onSubmittedWorkDone());
  return now() - start;
}

function nudging(now: () => number, pause: (ms: number) => Promise<void>, device: GPUDevice): Completion {
  return {
    nudges: true,
    async wait(ask, expectedMs = 0, finely = true) {
      const done = ask();
      let over = false;
      const settled = () => {
        over = true;
      };
      done.then(settled, settled);
      const start = now();
      while (!over) {
        await pause(Math.max(NUDGE_EVERY_MS, untilNudgeMs(now() - start, expectedMs, finely)));
        if (!over) device.queue.submit([]);
      }
      return done;
    },
  };
}

/** Returns the time until the next nudge, in ms; 0 for as soon as possible. */
function untilNudgeMs(spentMs: number, expectedMs: number, finely: boolean): number {
  const leftMs = expectedMs - spentMs;
  if (!finely) return leftMs > 0 ? leftMs : SPARSELY_EVERY * expectedMs;
  if (leftMs <= 0) return 0;
  return Math.min(leftMs, Math.max(EARLY_FROM * expectedMs - spentMs, EARLY_EVERY * expectedMs));
}
