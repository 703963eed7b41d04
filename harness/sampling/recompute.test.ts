/**
 * What recomputing costs, in words that are read: as many on every machine. The outputs here are made up, so they are
 * wrong; that real ones are right is tested on each adapter (tests/contract/whole-run.test.ts).
 */

import { expect, test } from 'vitest';
import { MAX_SLAB_BYTES } from '../../results/record/bounds.ts';
import type { Spots } from '../../results/record/schema.ts';
import { KERNELS } from '../../shaders/registry.ts';
import { PROFILES, type Profile } from '../profiles.ts';
import { caseRecord, type PlannedCase, planCases, sizesUpTo } from './plan.ts';
import { recompute } from './recompute.ts';
import { spotsIn } from './spots.ts';

const SEED = 1;

const ALL = KERNELS.measured.map(({ id }) => id);

/** The cases that a profile plans of these kernels, up to dispatches of `largestBytes`. */
function casesOf(profile: Profile, ids = ALL, largestBytes = profile.largestBytes): PlannedCase[] {
  const kernels = KERNELS.measured.filter(({ id }) => ids.includes(id));
  return planCases({
    ...{ kernels, ceiling: KERNELS.ceiling, features: new Set<string>(), limits: {} },
    ...{ sizes: sizesUpTo(profile, Math.log2(largestBytes)), breadth: profile.breadth },
    poolBytes: profile.poolBytes,
  }).filter(({ skip }) => skip === undefined);
}

/** As many outputs as a record keeps, all of them 0, and a place for each streamed input. */
function madeUp(one: PlannedCase): Spots {
  const { kernel, variant, params, tuning } = one;
  const kept = kernel.outputs(params, tuning).flatMap((output) => spotsIn(SEED, caseRecord(one), output));
  const streamed = kernel.inputs(params, variant).filter(({ kind }) => kind === 'streamed');
  return { places: streamed.map(() => [0, 0]), words: kept.map(() => 0) };
}

test('all cases of a quick run at its largest sizes read a million words together', () => {
  const budget = { words: 1_000_000 };
  for (const one of casesOf(PROFILES.quick)) {
    const spots = madeUp(one);
    const { outputs, isWhole, wrong } = recompute(one, spots, SEED, budget);
    expect({ outputs, isWhole }).toEqual({ outputs: spots.words.length, isWhole: true });
    expect(wrong).toMatch(/^error 1\.00 \(NMSE\) is above|is 0, not \d+$/);
  }
});

test.each([1, 2 ** 5, 2 ** 14, 2 ** 22])(
  'a stranger’s plan of dispatches of %d bytes costs no more than it may',
  (bytes) => {
    for (const one of casesOf(PROFILES.full, ALL, bytes)) {
      const budget = { words: 1000 };
      const { outputs } = recompute(one, madeUp(one), SEED, budget);
      expect(outputs, JSON.stringify(one.params)).toBeGreaterThanOrEqual(0);
      expect(budget.words).toBeGreaterThanOrEqual(-1);
    }
  },
);

const [attention] = casesOf(PROFILES.full, ['attention']);
if (!attention) throw new Error('full must plan attention');

test('where the budget is spent, what was computed by then is compared, if it is enough to show something', () => {
  // An output of this case reads 33,000 words, those of its head's keys.
  const some = recompute(attention, madeUp(attention), SEED, { words: 150_000 });
  expect(some).toEqual({ outputs: 4, isWhole: false, wrong: expect.stringMatching(/NMSE/) });
  const few = recompute(attention, madeUp(attention), SEED, { words: 100_000 });
  expect(few).toEqual({ outputs: 0, isWhole: false, wrong: undefined });
});

test.each<[string, Spots['places'], RegExp]>([
  ['no place', [], /^must have a place for each of the 1 inputs that are streamed; got 0$/],
  [
    'a place too many',
    [
      [0, 0],
      [0, 0],
    ],
    /^must have a place for each of the 1 inputs that are streamed; got 2$/,
  ],
  ['a place beyond a slab', [[0, MAX_SLAB_BYTES]], /^must place the \d+ bytes of cache within a slab$/],
  ['a place between words', [[0, 2]], /^must place the \d+ bytes of cache within a slab$/],
])('an input with %s is refused before a word is read', (_, places, rule) => {
  const budget = { words: 1 };
  const { wrong } = recompute(attention, { ...madeUp(attention), places }, SEED, budget);
  expect(wrong).toMatch(rule);
  expect(budget.words).toBe(1);
});
