/**
 * Wall time from submission until the queue is empty. It holds 0.1 – 15 ms of asking and waking besides the work,
 * the same for any length of region, so that the slope over lengths is free of it.
 */

import type { Gpu } from '../device/device.ts';
import type { Host } from '../host.ts';
import { type Clock, commandsOf } from './clock.ts';

export function queueDrainClock(host: Host, { device }: Gpu): Clock {
  return {
    kind: 'queue-drain',
    async time(dispatches, encode) {
      const commands = commandsOf(device, encode).map((pass) => pass.finish());
      // A browser's GPU process validates the commands as they arrive: let it finish before the clock starts.
      await device.queue.onSubmittedWorkDone();
      const start = host.now();
      for (const one of commands) device.queue.submit([one]);
      await device.queue.onSubmittedWorkDone();
      return { dispatches, wallMs: host.now() - start, gpuMs: null };
    },
    destroy() {},
  };
}
