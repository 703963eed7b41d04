/**
 * The wall clock, from submission until the queue is empty. Its times include the pre-roll, and 0.1 – 15 ms of
 * submitting and of waking up. These are the same for regions of any length, so the slope over lengths is free of them.
 */

import type { Gpu } from '../device/device.ts';
import type { Host } from '../host.ts';
import { type Clock, commandsOf, submitRegion } from './clock.ts';

/** Makes the clock. @param idleMs The time of an empty submission, in ms. */
export function queueDrainClock(host: Host, { device, completion }: Gpu, idleMs = 0): Clock {
  return {
    kind: 'queue-drain',
    idleMs,
    preRollMs: 0,
    wallQuantumMs: 0,
    async time(units, encode, { preRoll, expectedMs } = {}) {
      const before = commandsOf(device, preRoll?.passes ?? []).map((pass) => pass.finish());
      const region = commandsOf(device, encode).map((pass) => pass.finish());
      // A browser's GPU process validates commands as they arrive. It must finish before the clock starts.
      await completion.wait(() => device.queue.onSubmittedWorkDone());
      const start = host.now();
      submitRegion(device, before, preRoll?.undo, region);
      await completion.wait(() => device.queue.onSubmittedWorkDone(), expectedMs);
      return { dispatches: units, wallMs: host.now() - start, gpuMs: null };
    },
    destroy() {},
  };
}
