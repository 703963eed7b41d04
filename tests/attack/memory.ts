/** How far the resident memory of this process rises. */

import { readFileSync, writeFileSync } from 'node:fs';

/** The file that resets the peak of `VmHWM` where 5 is written to it (Linux; man 5 proc). */
const RESET = '/proc/self/clear_refs';
const STATUS = '/proc/self/status';

/** The peak of resident memory since the last reset; undefined where the system has no such file. */
function peakBytes(): number | undefined {
  const [, kilobytes] = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(STATUS, 'utf8')) ?? [];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

/** Whether the system lets a process reset its peak. */
const resets = ((): boolean => {
  try {
    writeFileSync(RESET, '5');
    return peakBytes() !== undefined;
  } catch {
    return false;
  }
})();

/**
 * Begins to watch. The function that it returns says by how many bytes resident memory has risen at most since then;
 * where the peak cannot be reset, by how much the peak of the whole process has risen.
 */
export function risenBytes(): () => number {
  if (!resets) {
    const before = process.resourceUsage().maxRSS;
    return () => (process.resourceUsage().maxRSS - before) * 1024;
  }
  const before = process.memoryUsage.rss();
  writeFileSync(RESET, '5');
  return () => Math.max(0, (peakBytes() ?? before) - before);
}
