/** The seed: the lengths and the order of timed regions are those that the seed of the run decides. */

import { kernelOrder, stepOrder } from '../../replay.ts';
import type { Rule } from '../../rule.ts';

/** Events after which a visit may have been cut short, and have left no samples of its draws. */
const INTERRUPTIONS: ReadonlySet<string> = new Set([
  ...['lost', 'resumed', 'hidden', 'paused', 'cancelled', 'gave-up', 'out-of-time', 'clock'],
]);

export default {
  id: 'seed-order',
  name: 'Everything in the order of its seed',
  statement: 'A run’s seed decides in which order it times things, and for how long. The record has that order.',
  severity: 'doubtful',
  check(record) {
    const orders = [
      { of: 'kernels', ...kernelOrder(record) },
      { of: 'decode steps', ...stepOrder(record) },
    ];
    const isWhole = record.events.every(({ kind }) => !INTERRUPTIONS.has(kind));
    const odd = orders.find(({ misplaced }) => misplaced > (isWhole ? 0 : 1));
    return (
      odd &&
      `${odd.misplaced} of ${odd.visits} visits of ${odd.of} are not where the seed ${record.seed} has them, or have other lengths: the seed, samples or their order were changed.`
    );
  },
} satisfies Rule;
