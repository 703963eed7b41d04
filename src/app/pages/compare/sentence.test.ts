import { expect, test } from 'vitest';
import { sentencesOf } from './sentence.ts';

test('each run but the first gets a sentence: faster, not told apart, or not known how surely', () => {
  const ratios = [
    { value: 1.42, ci95: [1.39, 1.45] },
    { value: 1.01, ci95: [0.98, 1.04] },
    { value: 0.5, ci95: null },
  ] as const;
  expect(sentencesOf({ ratios })).toEqual([
    { told: true, text: 'A is 1.42× B (1.39\u00a0–\u00a01.45).' },
    { told: false, text: 'A and C cannot be told apart: A is 1.01× C (0.980\u00a0–\u00a01.04).' },
    { told: null, text: 'A is 0.500× D; how surely cannot be said.' },
  ]);
});
