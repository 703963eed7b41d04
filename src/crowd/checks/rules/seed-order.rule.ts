/** The seed: the lengths and the order of timed regions are those that the seed of the run decides. */

import { kernelOrder, type Order, stepOrder, visitedIn } from '../replay.ts';
import type { Rule } from '../rule.ts';

/** So many visits of which no more than this share is where the seed has it were made by another run. */
const [MIN_TELLING, MAX_FOUND] = [6, 0.6];

const isOther = ({ telling, found }: Order): boolean => telling >= MIN_TELLING && found <= MAX_FOUND * telling;

export default {
  id: 'seed-order',
  name: 'Everything in the order of its seed',
  statement: 'A run’s seed decides in which order it times things, and for how long. The record has that order.',
  severity: 'doubtful',
  check(record) {
    // Records of version 1 varied no lengths.
    if (record.clock.preRoll === null) return undefined;
    const kernels = kernelOrder(record, visitedIn(record));
    const [of, order] = isOther(kernels) ? ['kernels', kernels] : ['decode steps', stepOrder(record)];
    return isOther(order)
      ? `${order.telling - order.found} of ${order.telling} visits of ${of} have other lengths, or another order, than the seed ${record.seed} decides: seed, samples or their order were changed.`
      : undefined;
  },
} satisfies Rule;
