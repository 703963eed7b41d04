/** The time between the regions of decode steps: a run goes on at once, so none passes in proportion to the regions. */

import { isTimedStep } from '../../../../../results/derived/decode.ts';
import { minOf } from '../../../../../results/lists.ts';
import { significant } from '../../../../../results/text/figures.ts';
import type { Rule } from '../../rule.ts';
import { visitsOf } from '../../visits.ts';

/** The least idle time after a region, relative to it, that is no chance; and the regions that must all show it. */
const [MOST, MIN_REGIONS] = [0.4, 4];

/**
 * A shorter region may be followed by a wait that is longer than itself: the state is put back, and the host learns late
 * of an end. A region must last so long, in ms, and so many times as long as the host takes to learn.
 */
const [MIN_MS, LATE_TIMES] = [20, 5];

export default {
  id: 'idle-steps',
  name: 'No idle time between steps',
  statement: 'Once a model’s step is timed, the next begins at once. Time that passed in between was part of the step.',
  severity: 'doubtful',
  check({ decode = [], clock: { completionMs, emptySubmissionMs } }) {
    const minMs = Math.max(MIN_MS, LATE_TIMES * (completionMs ?? emptySubmissionMs));
    for (const m of decode.filter(isTimedStep)) {
      const idle = visitsOf(m).flatMap(({ samples }) => {
        const longest = Math.max(...samples.map(({ dispatches }) => dispatches));
        return samples.flatMap(({ dispatches, wallMs, atMs }, i) => {
          const next = samples[i + 1];
          // What the longest region leaves is read back before the next one begins.
          if (!next || dispatches === longest || wallMs < minMs) return [];
          return [(next.atMs - atMs - wallMs) / wallMs];
        });
      });
      if (idle.length >= MIN_REGIONS && minOf(idle) > MOST) return reasonOf(m.case.model, minOf(idle));
    }
    const all = decode
      .filter(isTimedStep)
      .flatMap(visitsOf)
      .flatMap(({ samples }) => {
        const [first, second] = samples;
        const isShort = first && second && first.dispatches < second.dispatches && first.wallMs >= minMs;
        return isShort ? [(second.atMs - first.atMs - first.wallMs) / first.wallMs] : [];
      });
    return all.length >= MIN_REGIONS && minOf(all) > MOST ? reasonOf('any model', minOf(all)) : undefined;
  },
} satisfies Rule;

const reasonOf = (of: string, least: number): string =>
  `After every region of a step of ${of}, at least ${significant(least, 2)} times its own time passed with nothing timed, as if it had been longer.`;
