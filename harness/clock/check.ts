/**
 * Decides which clock a run trusts. Timestamps are finer, but the specification lets them go back
 * (https://gpuweb.github.io/gpuweb/#timestamp), and Safari has reported 1 ms for 70 ms of work. So they are trusted
 * only if their slope over three region lengths agrees with the wall clock's.
 */

import { median } from 'simple-statistics';
import type { ClockInfo, Reading } from '../../results/schema.ts';
import { groupBy, slopeWithinRounds } from '../../results/statistics.ts';
import type { Gpu } from '../device/device.ts';
import type { Host } from '../host.ts';
import type { Clock, Workload } from './clock.ts';
import { firstLookMs } from './first-look.ts';
import { queueDrainClock } from './queue-drain.ts';
import { type TimestampClock, timestampClock } from './timestamp-query.ts';

/**
 * The share by which timestamps may grow faster or slower than the wall clock. It is wide: a busy machine takes some
 * per cent of a region to wake up, and clocks that are wrong are wrong by factors.
 */
const AGREEMENT_TOLERANCE = 0.1;

/** The region lengths of the check, as shares of the longest. */
const LENGTHS = [1 / 4, 1 / 2, 1];

/** The number of readings of each length: one of them is likely to be undisturbed. */
const REPETITIONS = 5;

/** The longest region of the check, in ms: far above any clock's quantum, below the 100 ms of a submission. */
const MAX_CHECK_MS = 60;

/**
 * Times `probe` by both clocks, and says which one is trusted and why.
 *
 * @param before What a resumed run knows of the clocks. Timestamps that it did not trust are not trusted now.
 */
export async function chooseClock(
  host: Host,
  gpu: Gpu,
  probe: Workload,
  before?: ClockInfo,
): Promise<{ clock: Clock; info: ClockInfo }> {
  const wall = queueDrainClock(host, gpu);
  if (before?.trusted === 'queue-drain') return { clock: wall, info: before };
  const empty: number[] = [];
  for (let i = 0; i < 9; i++) empty.push((await wall.time(1, () => {})).wallMs);
  const common = {
    ...{ wallQuantumMs: wallQuantumMs(host), emptySubmissionMs: median(empty) },
    ...{ completionMs: null, preRoll: null },
  };

  if (!gpu.features.has('timestamp-query')) {
    const reason = 'The adapter has no timestamp queries: timed by the wall clock, as the slope over region lengths.';
    const readings = await timeLengths(wall, probe);
    const info: ClockInfo = {
      trusted: 'queue-drain',
      reason,
      ...common,
      timestampQuantumNs: null,
      agreement: null,
      readings,
    };
    return { clock: wall, info };
  }

  const stamps = timestampClock(host, gpu);
  const timestampQuantumNs = await quantumNs(stamps, probe);
  const readings = await timeLengths(stamps, probe);
  const { agreement, trusted, reason } = judge(readings);
  const info: ClockInfo = { trusted, reason, ...common, timestampQuantumNs, agreement, readings };
  if (trusted === 'timestamp-query') return { clock: stamps, info: before ?? info };
  stamps.destroy();
  return { clock: wall, info };
}

/** Times regions of three lengths several times. The longest takes about MAX_CHECK_MS. */
async function timeLengths(clock: Clock, probe: Workload): Promise<Reading[]> {
  const longest = Math.max(4, Math.round(MAX_CHECK_MS / (await firstLookMs(clock, probe, { regionMs: MAX_CHECK_MS }))));
  const readings: Reading[] = [];
  for (let i = 0; i < REPETITIONS; i++) {
    for (const dispatches of LENGTHS.map((share) => Math.ceil(share * longest)))
      readings.push(await clock.time(dispatches, probe.encode(dispatches)));
  }
  return readings;
}

/** Judges timestamps by readings that have both times. Pure, for the tests. */
export function judge(readings: readonly Reading[]): Pick<ClockInfo, 'agreement' | 'trusted' | 'reason'> {
  const distrust = (why: string, agreement: number | null = null) => ({
    agreement,
    trusted: 'queue-drain' as const,
    reason: `${why}: timed by the wall clock instead, as the slope over region lengths.`,
  });
  const durations = readings.map((r) => r.gpuMs ?? 0);
  const impossible = durations.find((ms) => ms <= 0);
  if (impossible !== undefined) return distrust(`A timestamp query gave ${impossible} ms for a region that took time`);
  const points = leastDisturbed(readings).map((r) => ({ round: 0, x: r.wallMs, y: r.gpuMs ?? 0 }));
  const agreement = slopeWithinRounds(points)?.value ?? Number.NaN;
  if (!(Math.abs(agreement - 1) <= AGREEMENT_TOLERANCE)) {
    return distrust(
      `Timestamp queries grew ${agreement.toPrecision(3)} times as fast as the wall clock (trusted within ±${AGREEMENT_TOLERANCE * 100} %)`,
      Number.isFinite(agreement) ? agreement : null,
    );
  }
  return {
    agreement,
    trusted: 'timestamp-query',
    reason: `Timestamp queries grow ${agreement.toPrecision(3)} times as fast as the wall clock, within ±${AGREEMENT_TOLERANCE * 100} %.`,
  };
}

/** Returns each length's reading with the shortest wall time: a host that wakes up late only ever adds to it. */
function leastDisturbed(readings: readonly Reading[]): Reading[] {
  const lengths = groupBy(readings, (r) => r.dispatches);
  return [...lengths.values()].flatMap((same) => [...same].sort((a, b) => a.wallMs - b.wallMs).slice(0, 1));
}

/** Returns the quantum of the timestamps, in ns: the greatest common divisor of the differences seen. */
async function quantumNs(clock: TimestampClock, probe: Workload): Promise<number> {
  const stamps: bigint[] = [];
  for (let i = 1; i <= 12; i++) {
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

/** Returns the quantum of the wall clock, in ms: the smallest step seen within 3 ms. */
function wallQuantumMs(host: Host): number {
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
