/** Labels of the clock: which one timed the run, and how finely. */

import { median } from 'simple-statistics';
import { clockStepMs, STEPS_PER_REGION, sampleMs } from '../derive.ts';
import { groupBy } from '../statistics.ts';
import { type LabelRule, timedCases } from './label.ts';

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
        const ofRounds = rounds.map((all) => Math.max(...all.map((s) => sampleMs(s, clock.trusted))));
        return ofRounds.length > 0 ? [median(ofRounds)] : [];
      });
      const stepMs = clockStepMs(clock);
      const shortest = Math.min(...longest);
      return shortest < STEPS_PER_REGION * stepMs
        ? `The clock advances in steps of ${stepMs.toPrecision(3)} ms, and some cases were timed for at most ${shortest.toPrecision(3)} ms. It takes ${STEPS_PER_REGION} steps to know a time to 0.5 %.`
        : undefined;
    },
  },
];
