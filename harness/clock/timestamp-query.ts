/**
 * The GPU's own clock: timestamps at the beginning and the end of a region. The wall time of the same region, pre-roll
 * included, is kept beside them, as evidence.
 */

import type { Gpu } from '../device/device.ts';
import type { Host } from '../host.ts';
import { type Clock, commandsOf, type Encode, submitRegion, type TimeOptions } from './clock.ts';

export interface TimestampClock extends Clock {
  /** Returns the two timestamps of a region in ns, as the GPU wrote them. */
  stamps(
    encode: Encode | readonly Encode[],
    options?: TimeOptions,
  ): Promise<{ readonly begin: bigint; readonly end: bigint; readonly wallMs: number }>;
}

/** Makes the clock, with one query set for the whole run: Metal has room for 32 per process (gpuweb/gpuweb#5261). */
export function timestampClock(host: Host, { device, completion }: Gpu): TimestampClock {
  const querySet = device.createQuerySet({ type: 'timestamp', count: 2 });
  const resolved = device.createBuffer({ size: 16, usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC });
  const readable = device.createBuffer({ size: 16, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });

  const stamps: TimestampClock['stamps'] = async (encode, { preRoll, expectedMs, readsWall = true } = {}) => {
    const before = commandsOf(device, preRoll?.passes ?? []).map((pass) => pass.finish());
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
    // The wall time begins when all before the region is over. Timestamps do not need that: the pre-roll is in between.
    if (readsWall) await completion.wait(() => device.queue.onSubmittedWorkDone());
    const start = host.now();
    submitRegion(device, before, preRoll?.undo, commands);
    // On lavapipe, wgpu's second submission returns when the first is over.
    const leftMs = expectedMs && Math.max(0, expectedMs - (host.now() - start));
    await completion.wait(() => readable.mapAsync(GPUMapMode.READ), leftMs, readsWall);
    const wallMs = host.now() - start;
    const [begin = 0n, end = 0n] = new BigUint64Array(readable.getMappedRange().slice(0));
    readable.unmap();
    return { begin, end, wallMs };
  };

  return {
    kind: 'timestamp-query',
    idleMs: 0,
    preRollMs: 0,
    wallQuantumMs: 0,
    stamps,
    async time(units, encode, options) {
      const { begin, end, wallMs } = await stamps(encode, options);
      return { dispatches: units, wallMs, gpuMs: Number(end - begin) / 1e6 };
    },
    destroy() {
      querySet.destroy();
      resolved.destroy();
      readable.destroy();
    },
  };
}
