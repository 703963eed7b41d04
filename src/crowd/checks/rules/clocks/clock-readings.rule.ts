/** The clock’s check: what the record says of its clocks follows from the readings that it keeps of them. */

import type { Reading } from '../../../../../results/record/schema.ts';
import { significant } from '../../../../../results/text/figures.ts';
import type { Rule } from '../../rule.ts';

/** The minimum of readings, and of different lengths among them, for a slope. */
const [MIN_READINGS, MIN_LENGTHS] = [5, 2];

/** The agreement of the readings over the one that is stated: robust slopes, and those of all readings, differ by noise. */
const APART = 2.5;

export default {
  id: 'clock-readings',
  name: 'The clock is what its readings show',
  statement: 'What a run says of its clocks can be computed from the readings that it keeps.',
  severity: 'doubtful',
  check({ clock: { agreement, readings, trusted } }) {
    const both = readings.filter(({ gpuMs }) => gpuMs !== null);
    const lengths = new Set(both.map(({ dispatches }) => dispatches)).size;
    if (agreement === null || trusted !== 'timestamp-query' || both.length < MIN_READINGS || lengths < MIN_LENGTHS) {
      return undefined;
    }
    const shown = slopeOf(both, ({ gpuMs }) => gpuMs ?? 0) / slopeOf(both, ({ wallMs }) => wallMs);
    return shown > 0 && (shown > APART * agreement || agreement > APART * shown)
      ? `By its readings, timestamps grow ${significant(shown, 2)} times as fast as the wall clock, and the record says ${significant(agreement, 2)} times.`
      : undefined;
  },
} satisfies Rule;

function slopeOf(readings: readonly Reading[], of: (reading: Reading) => number): number {
  const n = readings.length;
  const x = readings.reduce((sum, { dispatches }) => sum + dispatches, 0) / n;
  const y = readings.reduce((sum, reading) => sum + of(reading), 0) / n;
  const [above, below] = readings.reduce(
    ([xy, xx], reading) => [xy + (reading.dispatches - x) * (of(reading) - y), xx + (reading.dispatches - x) ** 2],
    [0, 0],
  );
  return (above ?? 0) / (below ?? 1);
}
