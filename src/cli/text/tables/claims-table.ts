/** The verdicts of a record on the claims, as a table and as data. */

import type { RecordBody } from '../../../../results/record/schema.ts';
import type { Verdict } from '../../../model/claims/claim.ts';
import { judgeClaims } from '../../../model/claims/index.ts';
import { table } from './table.ts';

type Judged = Pick<RecordBody, 'clock' | 'measurements' | 'decode'>;

export interface ClaimDocument {
  readonly id: string;
  readonly verdict: Verdict;
  readonly reason: string;
}

export const claimsDocument = (record: Judged): ClaimDocument[] =>
  judgeClaims(record).map(({ id, verdict, reason }) => ({ id, verdict, reason }));

/**
 * Returns the table of claims. A run of another profile than `full` has no steps for most of them, and shows the
 * decided ones.
 */
export function claimLines(record: Judged & Pick<RecordBody, 'profile'>): string[] {
  const all = claimsDocument(record);
  const shown = record.profile === 'full' ? all : all.filter(({ verdict }) => verdict !== 'undecided');
  const left = all.length - shown.length;
  return [
    '',
    ...(shown.length > 0
      ? [
          table(
            shown.map(({ id, verdict, reason }) => [id, verdict, reason]),
            ['claim', 'verdict', 'because'],
          ),
        ]
      : []),
    ...(left > 0 ? [`claims   ${left} of ${all.length} are undecided: --profile full measures what they need`] : []),
  ];
}
