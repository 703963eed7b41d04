/**
 * `npx vitest run --project calibrate law`: how often intervals of the law's terms hold the truth, in each of its forms:
 * fitted in its own form, and in the one that the fit chooses. And how often a fit says that no form is true.
 */

import { expect, test } from 'vitest';
import { table } from '../../../src/cli/text/tables/table.ts';
import { calibrateLaw, fitOfMisfit, type LawCoverage, MISFITS, TRUE_FORMS } from './law.ts';

/** Machines of each form: with those of all forms, enough to tell 93 % from 95 %. */
const MACHINES = 30;

const share = ({ held, intervals }: Pick<LawCoverage, 'held' | 'intervals'>): number => held / intervals;

test.each(['given', 'chosen'] as const)('terms of the law in the form that is %s', { timeout: 7_200_000 }, (choice) => {
  const results = TRUE_FORMS.map((form) => calibrateLaw(form, MACHINES, choice));
  const rows = results.flatMap((result) => result.rows);
  const terms = [...new Set(rows.map(({ term }) => term))];
  const whole = terms.map((term): LawCoverage => {
    const mine = rows.filter((row) => row.term === term);
    const sum = (of: 'intervals' | 'held') => mine.reduce((total, row) => total + row[of], 0);
    return { form: 'all', term, intervals: sum('intervals'), held: sum('held') };
  });
  console.log(
    table(
      [...whole, ...rows].map((row) => [row.form, row.term, String(row.intervals), (100 * share(row)).toFixed(1)]),
      ['form', 'term', 'intervals', 'hold the truth, %'],
    ),
  );
  const found = results.reduce((sum, one) => sum + one.found, 0);
  console.log(`\nthe true form was taken for ${found} of ${MACHINES * TRUE_FORMS.length} machines`);
  for (const row of whole) {
    // Below 93 % by chance once in 100 times.
    const least = 0.93 - 2.33 * Math.sqrt((0.93 * 0.07) / row.intervals);
    expect(share(row), row.term).toBeGreaterThan(least);
  }
});

test.each(Object.entries(MISFITS))('no form is true: %s', { timeout: 3_600_000 }, (_, slower) => {
  const laws = Array.from({ length: MACHINES }, (_unused, seed) => fitOfMisfit(slower, seed + 1));
  const said = laws.filter((law) => law?.lackOfFit).length;
  console.log(`${said} of ${MACHINES} fits say so`);
  expect(said).toBeGreaterThanOrEqual(0.9 * MACHINES);
});
