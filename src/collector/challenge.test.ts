import { expect, test } from 'vitest';
import { givenSeedSchema } from '../../results/schema.ts';
import { CHALLENGE_MS, newChallenge, originOf } from './challenge.ts';

const SECRET = 'a secret of these tests, longer than 128 bits';
const NOW = Date.parse('2026-11-29T12:00:00.000Z');

/** A record of this seed, as far as its origin goes. */
const recordOf = ({ seed, ...challenge } = newChallenge(SECRET, NOW)) => ({ seed, challenge });

test('a seed that was given is known again until it expires, by every replica with the secret', () => {
  const record = recordOf();
  expect(originOf(SECRET, record, NOW)).toBe('ours');
  expect(originOf(SECRET, record, NOW + CHALLENGE_MS)).toBe('ours');
  expect(originOf(SECRET, record, NOW + CHALLENGE_MS + 1)).toBe('late');
});

test('a record without one claims nothing', () => {
  expect(originOf(SECRET, { seed: 1 }, NOW)).toBe('none');
});

test('a seed, a time or a signature that was changed, or that another collector gave, is foreign', () => {
  const { seed, challenge } = recordOf();
  const [first = ''] = challenge.mac;
  const mac = `${first === '0' ? '1' : '0'}${challenge.mac.slice(1)}`;
  const changed = [
    { seed: (seed + 1) % 2 ** 32, challenge },
    { seed, challenge: { ...challenge, mac } },
    { seed, challenge: { ...challenge, mac: '' } },
    { seed, challenge: { ...challenge, expires: '2030-01-01T00:00:00.000Z' } },
    recordOf(newChallenge('the secret of another collector', NOW)),
  ];
  for (const record of changed) expect(originOf(SECRET, record, NOW)).toBe('foreign');
});

test('each seed is drawn anew, and keeps to the schema of answers', () => {
  const given = Array.from({ length: 100 }, () => newChallenge(SECRET, NOW));
  expect(new Set(given.map(({ seed }) => seed)).size).toBe(100);
  for (const one of given) expect(givenSeedSchema.safeParse(one).success).toBe(true);
});
