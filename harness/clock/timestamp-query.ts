/**
 * The GPU's own clock: timestamps at the beginning and the end of the pass. The wall time of the same region is
 * kept beside it, as evidence.
 */

import type { Gpu } from '../device/device.ts';
import type { Host } from '../host.ts';
import { type Clock, commandsOf, type Encode } from './clock.ts';

export interface TimestampClock extends Clock {
  /** The two timestamps of a pass, in ns, as they come. */
  stamps(
    encode: Encode | readonly Encode[],
  ): Promise<{ readonly begin: bigint; readonly end: bigint; readonly wallMs: number }>;
}

/** One query set for the whole run: Metal has room for 32 per device. */
export function timestampClock(host: Host, { device }: Gpu): TimestampClock {
  const querySet = device.createQuerySet({ type: 'timestamp', count: 2 });
  const resolved = device.createBuffer({ size: 16, usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC });
  const readable = device.createBuffer({ size: 16, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });

  const stamps: TimestampClock['stamps'] = async (encode) => {
    const passes = commandsOf(device, encode, (pass, count) =>
      pass === 0 || pass === count - 1
        ? {
            querySet,
            ...(pass === 0 && { beginningOfPassWriteIndex: 0 }),
            ...(pass === count - 1 && { endOfPassWriteIndex: 1 }),
          }
        : undefined,
    );
    const { encoder } = passes.at(-1) as (typeof passes)[number];
    encoder.resolveQuerySet(querySet, 0, 2, resolved, 0);
    encoder.copyBufferToBuffer(resolved, 0, readable, 0, 16);
    const commands = passes.map((pass) => pass.finish());
    await device.queue.onSubmittedWorkDone();
    const start = host.now();
    for (const one of commands) device.queue.submit([one]);
    await readable.mapAsync(GPUMapMode.READ);
    const wallMs = host.now() - start;
    const [begin = 0n, end = 0n] = new BigUint64Array(readable.getMappedRange().slice(0));
    readable.unmap();
    return { begin, end, wallMs };
  };

  return {
    kind: 'timestamp-query',
    stamps,
    async time(dispatches, encode) {
      const { begin, end, wallMs } = await stamps(encode);
      return { dispatches, wallMs, gpuMs: Number(end - begin) / 1e6 };
    },
    destroy() {
      querySet.destroy();
      resolved.destroy();
      readable.destroy();
    },
  };
}
