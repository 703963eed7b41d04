/** The memory that a run is going to use, in words, for page and terminal. Pure. */

import type { MemoryNeeds } from '../../harness/memory-needs.ts';
import { bytesText } from '../../results/text/figures.ts';

/** How much is used, and for what: `up to 6.98 GB of GPU memory: 4.29 GB to read, …`. */
export function needsText({ pools, stepBytes, totalBytes }: MemoryNeeds): string {
  const scales = pools.total - pools.main - pools.written;
  const parts = [
    `${bytesText(pools.main)} to read`,
    ...(pools.written > 0 ? [`${bytesText(pools.written)} to write`] : []),
    ...(scales > 0 ? [`${bytesText(scales)} of scales`] : []),
  ];
  const kernels = parts.length > 1 || stepBytes > 0 ? `: ${listText(parts)}` : '';
  const steps = stepBytes > 0 ? `; then up to ${bytesText(stepBytes)} for each decode step` : '';
  return `up to ${bytesText(totalBytes)} of GPU memory${kernels}${steps}`;
}

/** Why a run uses less than its profile asks for, in a clause; undefined if it does not, or if a person wants it so. */
export function lessText({ budget, isNamed, wishedBytes }: MemoryNeeds): string | undefined {
  if (isNamed || budget.bytes >= wishedBytes) return undefined;
  return `less than the ${bytesText(wishedBytes)} of the profile, since ${budget.reason}`;
}

function listText(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
