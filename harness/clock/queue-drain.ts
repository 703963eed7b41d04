/**
 * The wall clock, from submission until the queue is empty. Its times include 0.1 – 15 ms of submitting and of waking
 * up. These are the same for regions of any length, so the slope over lengths is free of them.
 */

import type { Gpu } from '../device/device.ts';
import type { Host } from '../host.ts';
import { type Clock, commandsOf } from './clock.ts';

export function queueDrainClock(host: Host, { device }: Gpu): Clock {
  return {
    kind: 'queue-drain',
    async time(units, encode) {
      const commands = commandsOf(device, encode).map((pass) => pass.finish());
      // A browser's GPU process validates commands as they arrive. It must finish before the clock starts.
      await device.queue.onSubmittedWorkDone();
      const start = host.now();
      for (const one of commands) device.queue.submit([one]);
      await device.queue.onSubmittedWorkDone();
      return { dispatches: units, wallMs: host.now() - start, gpuMs: null };
    },
    destroy() {},
  };
}
