/** Labels of the clock: which one timed the run, and how finely. */

import { median } from 'simple-statistics';
import { clockStepMs, STEPS_PER_REGION, sampleMs } from '../derived/derive.ts';
import { type Halves, halvesOf, meanBend } from '../derived/halves.ts';
import { groupBy, maxOf, minOf } from '../lists.ts';
import { timedCases } from '../record/cases.ts';
import type { RecordBody } from '../record/schema.ts';
import { msText, significant } from '../text/figures.ts';
import type { LabelRule } from './label.ts';

export const CLOCK: readonly LabelRule[] = [
  {
    id: 'queue-drain-clock',
    title: 'Timed by the wall clock',
    applies: ({ clock }) => (clock.trusted === 'queue-drain' ? clock.reason : undefined),
  },
  {
    id: 'coarse-clock',
    title: 'Coarse clock',
    applies(record) {
      const { clock } = record;
      // The median over rounds, since a stall makes a region longer but its time no more precise.
      const longest = timedCases(record).flatMap(({ samples }) => {
        const rounds = [...groupBy(samples, ({ round }) => round).values()];
        const ofRounds = rounds.map((all) => maxOf(all.map((s) => sampleMs(s, clock.trusted))));
        return ofRounds.length > 0 ? [median(ofRounds)] : [];
      });
      const stepMs = clockStepMs(clock);
      const shortest = minOf(longest);
      return shortest < STEPS_PER_REGION * stepMs
        ? `The clock advances in steps of ${significant(stepMs)} ms, and some cases were timed for at most ${significant(shortest)} ms. It takes ${STEPS_PER_REGION} steps to know a time to half a percent.`
        : undefined;
    },
  },
  {
    id: 'not-a-line',
    title: 'Times do not lie on a line',
    applies(record) {
      const halves = bentLine(record);
      if (!halves) return undefined;
      const { short, long } = halves;
      return `A dispatch took ${msText(short)} in short regions and ${msText(long)} in long ones, ${significant(Math.abs(100 * (short / long - 1)), 2)} % apart. So a region’s time is not a cost and so much for each dispatch. Clocks that rise or fall within a region may be the cause, or an end that the browser notices late. Figures may be off by as much.`;
    },
  },
];

/** The mean over all cases may differ from a line by this share, relative. */
const BENT = 0.03;

/** A single case may differ by this share, relative: one of many cases does by chance. */
const ONE_BENT = 0.1;

/** The halves of the line that is bent most surely; undefined where the lines of a run are straight within noise. */
function bentLine(record: RecordBody): Halves | undefined {
  const cases = halvesOf(record);
  const beyond = (share: number, ci95: readonly [number, number] | null | undefined) =>
    ci95 ? Math.max(ci95[0] - share, -share - ci95[1]) : Number.NEGATIVE_INFINITY;
  const isBent = beyond(BENT, meanBend(cases)?.ci95) > 0;
  const surely = ({ ratio: { ci95 } }: Halves) => beyond(isBent ? 0 : ONE_BENT, ci95 && [ci95[0] - 1, ci95[1] - 1]);
  const [most] = cases.sort((a, b) => surely(b) - surely(a));
  return most && (isBent || surely(most) > 0) ? most : undefined;
}
