/** `npx vitest run --project calibrate law`: how often intervals of the law's terms hold the truth, in each of its forms. */

import { expect, test } from 'vitest';
import { table } from '../../src/cli/text/table.ts';
import { calibrateLaw, type LawCoverage, TRUE_FORMS } from './law.ts';

/** Machines of each form: with those of all forms, enough to tell 93 % from 95 %. */
const MACHINES = 200;

const share = ({ held, intervals }: Pick<LawCoverage, 'held' | 'intervals'>): number => held / intervals;

test('terms of the law', { timeout: 7_200_000 }, () => {
  const rows = TRUE_FORMS.flatMap((form) => calibrateLaw(form, MACHINES));
  const terms = [...new Set(rows.map(({ term }) => term))];
  const of = (term: string): LawCoverage[] => rows.filter((row) => row.term === term);
  const whole = terms.map((term) => ({
    form: 'all',
    term,
    intervals: of(term).reduce((sum, { intervals }) => sum + intervals, 0),
    held: of(term).reduce((sum, { held }) => sum + held, 0),
  }));
  console.log(
    table(
      [...whole, ...rows].map((row) => [row.form, row.term, String(row.intervals), (100 * share(row)).toFixed(1)]),
      ['form', 'term', 'intervals', 'hold the truth, %'],
    ),
  );
  const far = whole.filter((row) => share(row) < 0.93 || share(row) > 0.97);
  console.log(`\n${far.length} of ${whole.length} terms outside 93 – 97 %: ${far.map(({ term }) => term).join(', ')}`);
  for (const row of whole) expect(share(row), row.term).toBeGreaterThan(0.93);
});
