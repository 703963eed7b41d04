/** Tests of medians and quartiles by part, and of where a run stands. */

import { expect, test } from 'vitest';
import type { Row } from './row.ts';
import { percentileOf, quartilesOf, summarise } from './summary.ts';

const step = { model: 'smollm2-135m', weights: 'f16', kv: 'f16', context: 128, batch: 1, bytes: 3e8 };

const row = (id: string, name: string, gbps: number | null, tokensPerSecond?: number): Row => ({
  ...{ id, claimed: '2026-11-29T12:00:00.000Z', part: { name, memoryGB: 24, count: 1 }, software: false },
  ...{ vendor: 'nvidia', architecture: 'lovelace', program: 'chrome', system: 'windows', profile: 'quick' },
  ...{ gbps, gbpsInterval: null, fingerprint: [] },
  steps: tokensPerSecond === undefined ? [] : [{ ...step, tokensPerSecond, interval: null }],
});

test('quartiles of few values lie between them', () => {
  expect(quartilesOf([4, 1, 3, 2])).toEqual([1.75, 2.5, 3.25]);
  expect(quartilesOf([7])).toEqual([7, 7, 7]);
});

test('a summary has the ceiling and each step of each part', () => {
  const rows = [row('a', 'A', 900, 300), row('b', 'A', 1000, 340), row('c', 'A', 950), row('d', 'B', null, 20)];
  expect(summarise(rows)).toEqual([
    expect.objectContaining({ step: null, n: 3, median: 950, part: rows[0]?.part }),
    expect.objectContaining({ step, n: 2, median: 320, quartiles: [310, 330] }),
    expect.objectContaining({ step, n: 1, median: 20, part: rows[3]?.part }),
  ]);
});

test('software stands apart from a part without a name', () => {
  const rows = [row('a', '', 10), { ...row('b', '', 20), software: true }];
  expect(summarise(rows).map(({ software, median }) => [software, median])).toEqual([
    [false, 10],
    [true, 20],
  ]);
});

test('equal values count half', () => {
  expect(percentileOf(2, [1, 2, 2, 3])).toBe(0.5);
});
