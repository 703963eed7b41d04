/** The quanta of the clocks: the steps in which the wall clock, the timestamps and the host's knowledge advance. */

import { max, median } from 'simple-statistics';
import { type RoundPoint, slopeWithinRounds } from '../../results/statistics.ts';
import type { Host } from '../host.ts';
import { affordable, type Clock, timeRegion, type Workload } from './clock.ts';
import type { TimestampClock } from './timestamp-query.ts';

/** Returns the quantum of the wall clock, in ms: the smallest step seen within 3 ms. */
export function wallQuantumMs(host: Pick<Host, 'now'>): number {
  const start = host.now();
  let smallest = Number.POSITIVE_INFINITY;
  let before = start;
  while (before - start < 3) {
    const now = host.now();
    if (now > before) smallest = Math.min(smallest, now - before);
    before = now;
  }
  return smallest;
}

/** The number of regions whose timestamps are looked at, and its minimum. */
const [STAMPED, MIN_STAMPED] = [12, 4];

/**
 * Returns the quantum of the timestamps, in ns: the greatest common divisor of the differences seen.
 *
 * @param emptyMs The time of a submission without work, in ms. A region takes two waits as long as that.
 */
export async function timestampQuantumNs(clock: TimestampClock, probe: Workload, emptyMs: number): Promise<number> {
  const stamps: bigint[] = [];
  for (let i = 1; i <= affordable(STAMPED, MIN_STAMPED, 2 * emptyMs); i++) {
    const { begin, end } = await clock.stamps(probe.encode(i % 3));
    stamps.push(begin, end);
  }
  const [first = 0n] = stamps;
  const step = stamps.reduce((divisor, stamp) => gcd(divisor, stamp - first), 0n);
  return Math.max(1, Number(step));
}

function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

/** The number of empty submissions, and its minimum. */
const [EMPTIES, MIN_EMPTIES] = [9, 3];

/** Returns the wall times of submissions without work, in ms. */
export async function emptySubmissions(clock: Clock): Promise<number[]> {
  const times: number[] = [];
  const enough = () => affordable(EMPTIES, MIN_EMPTIES, 2 * median(times));
  while (times.length === 0 || times.length < enough()) times.push((await clock.time(1, () => {})).wallMs);
  return times;
}

/** An empty submission that takes less than this, in ms, needs no closer look: regions are long enough for it. */
const FINE_MS = 0.25;

/** The number of regions that show how finely the host learns of their ends, and its minimum. */
const [STAIRS, MIN_STAIRS] = [16, 8];

/** The regions reach up to this many times an empty submission, so that they pass over several steps of it. */
const STAIRS_REACH = 3;

/**
 * Returns the granularity of completion, in ms: the step in which the host learns that work is done.
 *
 * An engine that looks for completion every P ms takes up to P for a submission without work, so the step is no longer
 * than that. An engine that takes as long for another reason, such as messages between processes, is finer: regions of
 * evenly growing work then take evenly growing times, and lie near their line. Times that are rounded up to steps of P
 * lie P/4 from their line in the median.
 *
 * @param clock The wall clock, with the empty submission's time as its idle time.
 * @param unitMs About how long a unit of `probe` takes, in ms.
 */
export async function completionStepMs(
  clock: Clock,
  probe: Workload,
  unitMs: number,
  empties: readonly number[],
): Promise<number> {
  const longest = max([...empties].sort((a, b) => a - b).slice(0, -1));
  const reachMs = STAIRS_REACH * median([...empties]);
  // Units that are longer than the steps cannot tell them apart.
  if (longest <= FINE_MS || unitMs > reachMs / 4) return longest;
  const points: RoundPoint[] = [];
  const stairs = affordable(STAIRS, MIN_STAIRS, reachMs);
  for (let i = 1; i <= stairs; i++) {
    const units = Math.min(probe.maxUnits, Math.max(i, Math.round((i * reachMs) / stairs / unitMs)));
    const { wallMs } = await timeRegion({ clock, workload: probe, units, unitMs, preRollUnits: 0 });
    points.push({ round: 0, x: units, y: wallMs });
  }
  const slope = slopeWithinRounds(points)?.value;
  if (slope === undefined) return longest;
  const rests = points.map(({ x, y }) => y - slope * x);
  const middle = median(rests);
  return Math.min(longest, 4 * median(rests.map((rest) => Math.abs(rest - middle))));
}
