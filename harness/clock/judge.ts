/** Judges timestamps by the wall clock. Pure. */

import { groupBy } from '../../results/lists.ts';
import type { ClockInfo, Reading } from '../../results/record/schema.ts';
import { slopeWithinRounds } from '../../results/statistics.ts';

/**
 * The share by which timestamps may grow faster or slower than the wall clock. It is wide: a busy machine takes some
 * per cent of a region to wake up, and clocks that are wrong are wrong by factors.
 */
const AGREEMENT_TOLERANCE = 0.1;

export type Judgement = Pick<ClockInfo, 'agreement' | 'trusted' | 'reason'>;

/** Judges timestamps by readings that have both times. */
export function judge(readings: readonly Reading[]): Judgement {
  const distrust = (why: string, agreement: number | null = null): Judgement => ({
    agreement,
    trusted: 'queue-drain',
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
