import { describe, expect, test } from 'vitest';
import type { Plan } from '../../results/record/schema.ts';
import { randomSource } from '../../results/statistics.ts';
import type { Kernel, Params, Tuning } from '../../shaders/kernel.ts';
import { sameFamily } from '../../shaders/problem.ts';
import { acceptedTunings, Candidates } from './candidates.ts';
import { raceWinners, tuningFrom, type Winner, withRaceWinners } from './winners.ts';

const kernel = {
  id: 'fake',
  tunable: { size: [64, 128], lanes: [8, 16, 32] },
  defaults: { size: 64, lanes: 8 },
  constants: (_, t) => t,
  workgroups: () => 1,
  refuses: (p, t) => (p.rows === 1 && t.lanes === 32 ? 'too many lanes' : undefined),
} as Partial<Kernel> as Kernel;

const drain = (seeds: readonly Tuning[], best = kernel.defaults): Tuning[] => {
  const candidates = new Candidates(acceptedTunings(kernel, {}, 'portable'), kernel.defaults, seeds, randomSource(1));
  const all: Tuning[] = [];
  for (let next = candidates.next(best); next; next = candidates.next(best)) all.push(next);
  return all;
};

test('every combination that the kernel accepts comes once; the defaults, which were tried, do not come', () => {
  const all = drain([]);
  expect(all).toHaveLength(5);
  expect(new Set(all.map((t) => JSON.stringify(t))).size).toBe(5);
  expect(all).not.toContainEqual(kernel.defaults);
  expect(acceptedTunings(kernel, { rows: 1 }, 'portable')).toHaveLength(4);
});

test('of tunings with the same code and grid one counts, and it is the defaults if they are among them', () => {
  const bounded: Kernel = { ...kernel, constants: (_, t) => ({ lanes: Math.min(t.lanes ?? 0, 16) }) };
  const accepted = acceptedTunings(bounded, {}, 'portable');
  expect(accepted).toEqual([kernel.defaults, { size: 64, lanes: 16 }]);
});

test('seeds come first, then neighbours of the best, then the rest', () => {
  const [first, ...others] = drain([
    { size: 128, lanes: 32 },
    { size: 999, lanes: 1 },
  ]);
  expect(first).toEqual({ size: 128, lanes: 32 });
  const differences = others.map((t) => Object.keys(t).filter((name) => t[name] !== kernel.defaults[name]).length);
  expect(differences).toEqual([...differences].sort());
});

test('the same seed gives the same order', () => {
  expect(drain([])).toEqual(drain([]));
});

const winner = (rows: number, lanes: number, format = 'f16'): Winner => ({
  kernel: 'fake',
  variant: 'portable',
  params: { rows, format },
  tuning: { size: 64, lanes },
});

test('the winner of the nearest size with the same formats is used, if the kernel accepts it', () => {
  const tuningOf = tuningFrom([winner(1024, 16), winner(64, 32), winner(64, 16, 'f32')]);
  expect(tuningOf(kernel, 'portable', { rows: 2000, format: 'f16' })).toMatchObject({ lanes: 16 });
  expect(tuningOf(kernel, 'portable', { rows: 80, format: 'f16' })).toMatchObject({ lanes: 32 });
  expect(tuningOf(kernel, 'portable', { rows: 1, format: 'f16' })).toMatchObject({ lanes: 16 });
  expect(tuningOf(kernel, 'portable', { rows: 80, format: 'int8' })).toEqual(kernel.defaults);
  expect(tuningOf(kernel, 'subgroups', { rows: 80, format: 'f16' })).toEqual(kernel.defaults);
});

test('a stored tuning that the kernel does not offer is not used', () => {
  const tuningOf = tuningFrom([winner(64, 12), { ...winner(64, 16), tuning: { lanes: 16 } }]);
  expect(tuningOf(kernel, 'portable', { rows: 64, format: 'f16' })).toEqual(kernel.defaults);
});

test('problems of a family share names and words, not numbers', () => {
  expect(sameFamily({ rows: 1, format: 'f16' }, { rows: 9, format: 'f16' })).toBe(true);
  expect(sameFamily({ rows: 1, format: 'f16' }, { rows: 1, format: 'f32' })).toBe(false);
  expect(sameFamily({ rows: 1 }, { rows: 1, columns: 1 })).toBe(false);
});

describe('the winner of a race among layouts', () => {
  const yardstick = { includes: ({ format }: Params) => format === 'f16', layouts: [] };
  const judged = { ...kernel, yardstick } as Kernel;
  const raced = [winner(4096, 32)];
  const [small, large] = [
    { rows: 64, format: 'f16' },
    { rows: 4096, format: 'f16' },
  ];

  test('is used for all problems of its yardstick, and for no other', () => {
    const tuningOf = withRaceWinners(tuningFrom([]), raced);
    expect(tuningOf(judged, 'portable', small)).toEqual({ size: 64, lanes: 32 });
    expect(tuningOf(judged, 'portable', { rows: 64, format: 'f32' })).toEqual(kernel.defaults);
    expect(tuningOf(judged, 'portable', { rows: 1, format: 'f16' })).toEqual(kernel.defaults);
    expect(tuningOf(kernel, 'portable', small)).toEqual(kernel.defaults);
  });

  test('is used for variants that were not raced', () => {
    const others = [...raced, { ...winner(4096, 16), variant: 'subgroups' }];
    expect(withRaceWinners(tuningFrom([]), raced)(judged, 'subgroups', small)).toMatchObject({ lanes: 32 });
    expect(withRaceWinners(tuningFrom([]), others)(judged, 'subgroups', small)).toMatchObject({ lanes: 16 });
  });

  test('does not replace a winner of tuning that it was not raced against', () => {
    const tuningOf = withRaceWinners(
      tuningFrom([winner(4096, 16), { ...winner(64, 8), tuning: { size: 128, lanes: 8 } }]),
      raced,
    );
    expect(tuningOf(judged, 'portable', large)).toMatchObject({ lanes: 32 });
    expect(tuningOf(judged, 'portable', small)).toEqual({ size: 128, lanes: 8 });
  });

  test('is read back from a plan', () => {
    const { kernel: id, variant, params, tuning } = winner(4096, 32);
    const cases = [tuning, kernel.defaults].map((t) => ({ kernel: id, variant, params, tuning: t }));
    const plan: Pick<Plan, 'layouts' | 'cases'> = { layouts: [{ kernel: id, variant, params, tried: [] }], cases };
    expect(raceWinners(plan)).toEqual(raced);
  });
});
