import { describe, expect, test } from 'vitest';
import { maxTiles, pickExperts, tilesOf, tileWords, wordsPerTile } from './experts.ts';

const ROUTINGS = [
  { experts: 1, active: 1, batch: 1, seed: 1 },
  { experts: 4, active: 4, batch: 3, seed: 2 },
  { experts: 128, active: 8, batch: 32, seed: 3 },
];

describe.each(ROUTINGS)('$active of $experts experts for $batch tokens', (routing) => {
  const picks = pickExperts(routing);

  test('each token picks experts that exist, none twice', () => {
    expect(picks).toHaveLength(routing.batch * routing.active);
    for (let token = 0; token < routing.batch; token++) {
      const own = picks.slice(token * routing.active, (token + 1) * routing.active);
      expect(new Set(own).size).toBe(routing.active);
      for (const expert of own) expect(expert >= 0 && expert < routing.experts).toBe(true);
    }
  });

  test.each([1, 2, 4, 8])('tiles of %d hold every pair once, with its expert, in as few tiles as possible', (width) => {
    const list = tilesOf(picks, width);
    expect(list.flatMap(({ pairs }) => pairs).sort((a, b) => a - b)).toEqual(picks.map((_, pair) => pair));
    for (const { expert, pairs } of list) for (const pair of pairs) expect(picks[pair]).toBe(expert);
    expect(list.map(({ expert }) => expert)).toEqual(list.map(({ expert }) => expert).sort((a, b) => a - b));
    const tilesFor = (expert: number) => Math.ceil(picks.filter((pick) => pick === expert).length / width);
    expect(list).toHaveLength([...new Set(picks)].reduce((total, expert) => total + tilesFor(expert), 0));
    expect(list.length).toBeLessThanOrEqual(maxTiles(picks.length, routing.experts, width));
  });
});

test('picks follow the seed, and all experts are equally likely', () => {
  const many = { experts: 16, active: 2, batch: 4000, seed: 7 };
  expect(pickExperts(many)).toEqual(pickExperts(many));
  expect(pickExperts({ ...many, seed: 8 })).not.toEqual(pickExperts(many));
  for (let expert = 0; expert < 16; expert++) {
    const share = pickExperts(many).filter((pick) => pick === expert).length / 8000;
    expect(share).toBeGreaterThan(0.8 / 16);
    expect(share).toBeLessThan(1.2 / 16);
  }
});

test('the maximum number of tiles is one for each expert, and full ones for the pairs that are left', () => {
  // The experts of 5, 1, 1 and 1 pairs.
  expect(maxTiles(8, 4, 4)).toBe(2 + 1 + 1 + 1);
  expect(tilesOf([0, 0, 0, 0, 0, 1, 2, 3], 4)).toHaveLength(5);
  expect(maxTiles(2, 128, 4)).toBe(2);
});

test('a tile that is not full repeats its last pair', () => {
  expect(tileWords([{ expert: 5, pairs: [3, 9] }], 4)).toEqual([5, 2, 3, 9, 9, 9]);
  expect(tileWords([{ expert: 5, pairs: [3] }], 1)).toHaveLength(wordsPerTile(1));
});
