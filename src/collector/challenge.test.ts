import { expect, test } from 'vitest';
import { givenSeedSchema } from '../../results/record/schema.ts';
import { GOOD_MS, isOurs, newChallenge } from './challenge.ts';

const SECRET = 'a secret of these tests, longer than 128 bits';
const NOW = Date.parse('2026-11-29T12:00:00.000Z');

test('a seed that was given is known again until it expires, by every replica with the secret', () => {
  const given = newChallenge(SECRET, NOW);
  expect(isOurs(SECRET, given, NOW)).toBe(true);
  expect(isOurs(SECRET, given, NOW + GOOD_MS)).toBe(true);
  expect(isOurs(SECRET, given, NOW + GOOD_MS + 1)).toBe(false);
});

test('a seed, a time or a signature that was changed, or that another collector gave, is not', () => {
  const given = newChallenge(SECRET, NOW);
  const { seed, mac } = given;
  const changed = [
    { ...given, seed: (seed + 1) % 2 ** 32 },
    { ...given, mac: `${mac.startsWith('0') ? '1' : '0'}${mac.slice(1)}` },
    { ...given, mac: '' },
    { ...given, expires: '2030-01-01T00:00:00.000Z' },
    newChallenge('the secret of another collector', NOW),
  ];
  for (const one of changed) expect(isOurs(SECRET, one, NOW)).toBe(false);
});

test('each seed is drawn anew, and keeps to the schema of answers', () => {
  const given = Array.from({ length: 100 }, () => newChallenge(SECRET, NOW));
  expect(new Set(given.map(({ seed }) => seed)).size).toBe(100);
  for (const one of given) expect(givenSeedSchema.safeParse(one).success).toBe(true);
});
