/**
 * Wall time from submission until the queue is empty. It holds 0.1 – 15 ms of asking and waking besides the work,
 * the same for any length of region, so that the slope over lengths is free of it.
 */

import type { Gpu } from '../device.ts';
import type { Host } from '../host.ts';
import type { Clock } from './clock.ts';

export function queueDrainClock(host: Host, { device }: Gpu): Clock {
  return {
    kind: 'queue-drain',
    async time(dispatches, encode) {
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      encode(pass);
      pass.end();
      const commands = encoder.finish();
      // A browser's GPU process validates the commands as they arrive: let it finish before the clock starts.
      await device.queue.onSubmittedWorkDone();
      const start = host.now();
      device.queue.submit([commands]);
      await device.queue.onSubmittedWorkDone();
      return { dispatches, wallMs: host.now() - start, gpuMs: null };
    },
    destroy() {},
  };
}
