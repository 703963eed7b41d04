import { expect, test } from 'vitest';
import committed from '../../../results/data/2026-11-27-lavapipe-smollm2.json';
import { readRecord } from '../../../results/record/check.ts';
import { seal } from '../../../results/record/digest.ts';
import type { RunRecord } from '../../../results/record/schema.ts';
import { newChallenge } from '../challenge.ts';
import { judgeText } from './judgement.ts';

const SECRET = 'a secret';
const NOW_MS = Date.UTC(2026, 10, 29);

const { id: _, ...body } = readRecord(committed);

const judged = (changes: Partial<RunRecord>, receivedMs = NOW_MS) =>
  judgeText({ canonical: JSON.stringify(seal({ ...body, ...changes })), receivedMs, challengeSecret: SECRET });

const saidOfSeed = (changes: Partial<RunRecord>, receivedMs?: number) =>
  judged(changes, receivedMs).reasons.filter(({ rule }) => rule === 'seed-of-collector');

test('a record that says nothing of a collector\u2019s seed is not asked for it', () => {
  expect(saidOfSeed({})).toEqual([]);
});

test('a seed that this collector did not give, or gave too long ago, shows nothing, and the run says so', () => {
  const { seed, ...challenge } = newChallenge(SECRET, NOW_MS);
  const { seed: other, ...foreign } = newChallenge('of another', NOW_MS);
  const DAY_MS = 24 * 3_600_000;
  expect(judged({ seed: other, challenge: foreign }).status).toBe(judged({ seed: other }).status);
  const said = [{ rule: 'seed-of-collector', text: expect.stringContaining('did not give its seed') }];
  expect(saidOfSeed({ seed: other, challenge: foreign })).toEqual(said);
  expect(saidOfSeed({ seed: (seed + 1) % 2 ** 32, challenge })).toEqual(said);
  expect(saidOfSeed({ seed, challenge }, NOW_MS + DAY_MS + 1)).toEqual(said);
  expect(saidOfSeed({ seed, challenge })).toEqual([]);
});
