/** What the hosts in a process of Node or Deno share: its clock, its timer and its memory. */

import { totalmem } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import type { Host } from '../../../harness/host.ts';

/** Returns the host that this WebGPU and this process make. */
export const processHost = (gpu: GPU, engine: Omit<Host['info'], 'platform'>): Host => ({
  gpu,
  info: { ...engine, platform: `${process.platform} ${process.arch}` },
  now: () => performance.now(),
  date: () => new Date().toISOString(),
  pause: async (ms) => setTimeout(ms),
  systemMemoryBytes: systemMemoryBytes(),
});

/** Returns the memory that this process may have: the machine's, or less in a container. */
function systemMemoryBytes(): number {
  // Node and Deno return 0, or more than there is, where nothing limits the process.
  const limit = process.constrainedMemory() || Number.POSITIVE_INFINITY;
  return Math.min(totalmem(), limit);
}
