/** The seed: the lengths and the order of timed regions are those that the seed of the run decides. */

import { kernelOrder, stepOrder } from '../replay.ts';
import type { Rule } from '../rule.ts';

/** One visit may be out of place where the run was interrupted. */
const MIN_MISPLACED = 2;

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
    const odd = orders.find(({ misplaced }) => misplaced >= MIN_MISPLACED);
    return (
      odd &&
      `${odd.misplaced} of ${odd.visits} visits of ${odd.of} are not where the seed ${record.seed} has them, or have other lengths: the seed, samples or their order were changed.`
    );
  },
} satisfies Rule;
