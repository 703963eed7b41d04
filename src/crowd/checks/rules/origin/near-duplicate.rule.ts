/** Copies: the samples of a run are its own, and not those of another run, scaled, shuffled or renamed. */

import { isCopy } from '../../../fingerprint.ts';
import type { Rule } from '../../rule.ts';

export default {
  id: 'near-duplicate',
  name: 'Measured anew',
  statement: 'No two runs take exactly as long again. The measurements of a run are its own, not those of another one.',
  severity: 'doubtful',
  check(record, row, { neighbours = [] }) {
    const source = neighbours.find(
      (known) => known.row.id !== record.id && isCopy(row.fingerprint, known.row.fingerprint),
    );
    return (
      source &&
      `Its samples are those of run ${source.row.id.slice(0, 12)}, which was received before, but for what does not matter to them: scale, order, names or dates.`
    );
  },
} satisfies Rule;
