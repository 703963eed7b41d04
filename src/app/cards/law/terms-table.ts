/** The terms of a law as a table, to be saved. Pure. */

import type { LawSummary } from '../../../model/law/summary.ts';
import { meaningOf, symbolOf } from '../../../model/law/terms.ts';
import type { Table } from '../../charts/table/table.ts';

/** Terms have units of their own, which stand beside them. */
export const termsTable = ({ terms }: Pick<LawSummary, 'terms'>): Table => ({
  head: ['term', 'paid for', 'cost', 'unit', 'why it is not known'],
  rows: terms.map(({ id, figure, unit, unidentified }) => [symbolOf(id), meaningOf(id), figure, unit, unidentified]),
});
