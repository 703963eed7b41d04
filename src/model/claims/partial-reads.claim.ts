import { significant } from '../../../results/text/figures.ts';
import { WINDOWED } from '../models/slices.ts';
import {
  byLaw,
  capsOf,
  elasticity,
  overThroughputs,
  seated,
  servingIn,
  stepsOf,
  throughputOverMemory,
} from './caps.ts';
import type { Claim } from './claim.ts';

/** Caps in which the weights take half of the memory down to a third. */
export const PARTIAL_CAPS = capsOf(WINDOWED, [12, 16, 24]);

export default {
  id: 'partial-reads',
  statement:
    'Where a model reads a small part of the KV caches that it keeps, throughput grows with memory as the product law says, or more.',
  steps: stepsOf(PARTIAL_CAPS),
  kernels: ['working-set-read'],
  statistics: [
    {
      what: `a model that reads a sixteenth of its KV caches gains, over ${PARTIAL_CAPS.length} caps of the memory, throughput to the power of ? of memory`,
      shownAs: 'ratio',
      threshold: {
        min: 1,
        why: 'the product law says 1; a model that reads all that it keeps has 0.77 over the same caps, and by the law of partial reads it is 1.64',
      },
      of(evidence) {
        const caps = seated(evidence, PARTIAL_CAPS);
        return typeof caps === 'string' ? caps : overThroughputs(caps, (perSecond) => elasticity(caps, perSecond));
      },
    },
  ],
  remark(evidence) {
    const caps = seated(evidence, PARTIAL_CAPS);
    const [first] = typeof caps === 'string' ? [] : caps;
    if (typeof caps === 'string' || !first) return undefined;
    const share = servingIn(first).cacheShareRead ?? 1;
    return `a step reads ${significant(100 * share, 2)} % of the caches, for which the law says ${significant(elasticity(caps, caps.map(byLaw)))}`;
  },
  chart: (evidence) => throughputOverMemory(evidence, PARTIAL_CAPS),
} satisfies Claim as Claim;
