import { expect, test } from 'vitest';
import type { Comparison } from './comparison.ts';
import { comparisonCsv, comparisonJson } from './exports.ts';

const run = {
  ...{ key: 'k', name: '=Mine', gpu: 'G', created: '2026-11-28T12:00:00.000Z', profile: 'quick' },
  ...{ origin: 'own' as const, endedEarly: '' },
};

const COMPARISON: Comparison = {
  runs: [run, { ...run, key: 'l' }],
  differences: [{ name: 'memory', texts: ['1,07 GB', '2 GB'], written: ['1.07 GB', '2 GB'] }],
  cases: [
    {
      ...{ kind: 'stream', title: 'gemv · 4.096 × 64', name: 'gemv · 4,096 × 64', unit: 'GB/s' },
      figures: [
        { value: 142, ci95: [140, 144] },
        { value: 100, ci95: null },
      ],
      ratios: [{ value: 1.42, ci95: null }],
    },
  ],
};

test('a line for each case: every run, then every ratio, each with the ends of its interval', () => {
  expect(comparisonCsv(COMPARISON).split('\r\n')).toEqual([
    'case,unit,a,a_low,a_high,b,b_low,b_high,a_over_b,a_over_b_low,a_over_b_high',
    '"gemv · 4,096 × 64",GB/s,142,140,144,100,,,1.42,,',
    '',
  ]);
});

test('the document has all that the page shows, in English', () => {
  const { runs, cases } = COMPARISON;
  expect(JSON.parse(comparisonJson(COMPARISON))).toEqual({
    runs,
    differences: [{ name: 'memory', texts: ['1.07 GB', '2 GB'] }],
    cases: cases.map(({ name, title: _, ...rest }) => ({ ...rest, title: name })),
  });
});
