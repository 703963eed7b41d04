/** The low side of a part's peak: so slow a run is of another GPU, or says nothing of this one. */

import { GPUS } from '../../../../../results/gpus/by-name.ts';
import { labelOf } from '../../../../../results/labels/index.ts';
import { significant } from '../../../../../results/text/figures.ts';
import type { Rule } from '../../rule.ts';

/**
 * The least share of its memory's peak at which a part counts. Sound machines reach 0.8 and more, the version for
 * laptops of a card half of the card's, and a GPU that saves power somewhat less.
 */
const LEAST = 0.4;

export default {
  id: 'far-below-part',
  name: 'As fast as its part can be',
  statement: 'A GPU reads its memory at a good part of what its maker states. A run far below is of something else.',
  severity: 'doubtful',
  check(record, { part, gbps, gbpsInterval, software }) {
    const peak = GPUS.find(({ name }) => name === part.name)?.gbps;
    if (software || peak === undefined || gbps === null) return undefined;
    // A part of what was read lies in the computer's main memory: the record has the label that says so.
    if (labelOf('uneven-memory', record)) return undefined;
    return (gbpsInterval?.[1] ?? gbps) < LEAST * peak
      ? `${significant(gbps)} GB/s is ${Math.round((100 * gbps) / peak)} % of what the memory of the ${part.name} moves at most. Another GPU ran, or other programs had this one.`
      : undefined;
  },
} satisfies Rule;
