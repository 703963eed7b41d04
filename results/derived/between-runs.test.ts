import { describe, expect, test } from 'vitest';
import { randomSource } from '../statistics.ts';
import type { Figure } from '../text/figures.ts';
import { betweenRuns, MIN_RUNS } from './between-runs.ts';

const random = randomSource(1);
const uniform = () => (random.below(2 ** 30) + 0.5) / 2 ** 30;
const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());

/** A figure whose interval stands for a standard error of `error`. */
const withError = (value: number, error: number): Figure => ({
  value,
  ci95: [value - 1.96 * error, value + 1.96 * error],
});

/** Runs of a machine of rate 1. Each is off by its own placement, and measured with a standard error of `error`. */
const runsOf = (n: number, placement: () => number, error: number): Figure[] =>
  Array.from({ length: n }, () => withError(1 + placement() + error * normal(), error));

const TRIES = 20_000;

/** The share of the tries for which `holds` is true. */
const share = (holds: () => boolean): number => Array.from({ length: TRIES }, holds).filter(Boolean).length / TRIES;

/** The share of the between-run intervals that hold the machine's rate. */
const coverage = (n: number, placement: () => number, error: number): number =>
  share(() => {
    const [low, high] = betweenRuns(runsOf(n, placement, error)).mean.ci95 ?? [Number.NaN, Number.NaN];
    return low <= 1 && 1 <= high;
  });

const WITHIN_2_PERCENT = () => 0.02 * (2 * uniform() - 1);
const NORMAL = () => 0.01 * normal();
const NONE = () => 0;

describe.each([3, 5, 10])('the between-run interval of %i runs', (n) => {
  test.each([
    ['scatter evenly within ±2 %', WITHIN_2_PERCENT, 0.001],
    ['scatter normally', NORMAL, 0.001],
    ['differ by their own noise only', NONE, 0.01],
  ])('holds the mean where they %s', (_, placement, error) => {
    const held = coverage(n, placement, error);
    expect(held).toBeGreaterThan(0.935);
    expect(held).toBeLessThan(0.975);
  });
});

test('of a machine with two placements, three runs lie in one in a quarter of the cases, and then say too little', () => {
  const two = () => (uniform() < 0.5 ? -0.02 : 0.02);
  expect(coverage(3, two, 0.001)).toBeCloseTo(0.75, 1);
  expect(coverage(5, two, 0.001)).toBeGreaterThan(0.9);
});

describe('runs that differ by their own noise only', () => {
  test.each([3, 5, 10, 40])('agree: %i of them scatter as their own intervals say', (n) => {
    const found = Array.from({ length: 2000 }, () => betweenRuns(runsOf(n, NONE, 0.01)));
    const ratios = found.map(({ betweenOverWithin }) => (betweenOverWithin?.value ?? Number.NaN) ** 2);
    expect(ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length).toBeCloseTo(1, 1);
    expect(found.filter(({ agree }) => agree).length / found.length).toBeGreaterThan(0.96);
    const holds = found.filter(({ betweenOverWithin: r }) => r?.ci95 && r.ci95[0] <= 1 && 1 <= r.ci95[1]);
    expect(holds.length / found.length).toBeCloseTo(0.95, 1);
  });
});

test('runs that differ by more than their own intervals do not agree, and it says by how much', () => {
  const { betweenOverWithin, agree, mean } = betweenRuns([98, 100, 102].map((value) => withError(value, 0.5)));
  expect(agree).toBe(false);
  expect(betweenOverWithin?.value).toBeCloseTo(4, 2);
  expect(betweenOverWithin?.ci95?.[0]).toBeCloseTo(4 * Math.sqrt(2 / 7.38), 2);
  // Student's t of two degrees of freedom, 4.303, times 2/√3 and √(3/2).
  expect(mean.value).toBe(100);
  expect(mean.ci95?.[0]).toBeCloseTo(100 - (4.303 * 2) / Math.sqrt(2), 6);
});

test(`fewer than ${MIN_RUNS} runs have a mean and no interval`, () => {
  for (const values of [[100], [98, 102]]) {
    expect(betweenRuns(values.map((value) => withError(value, 0.5)))).toEqual({
      mean: { value: 100, ci95: null },
      betweenOverWithin: null,
      agree: null,
    });
  }
  expect(() => betweenRuns([])).toThrow(/at least one/);
});

test('a run without an interval of its own counts for the mean; agreement is then not known', () => {
  const runs = [withError(98, 0.5), { value: 100, ci95: null }, withError(102, 0.5)];
  expect(betweenRuns(runs)).toMatchObject({ mean: { value: 100 }, betweenOverWithin: null, agree: null });
  expect(betweenRuns(runs).mean.ci95).not.toBeNull();
});

test('a rate whose interval has no upper end has a time whose interval begins at zero, and is compared by that', () => {
  const endless: Figure = { value: 100, ci95: [50, Number.POSITIVE_INFINITY] };
  const [low, high] = [
    { ...endless, value: 80 },
    { ...endless, value: 125 },
  ];
  // Times of 12.5, 10 and 8 ms, each ± 10 ms.
  const { betweenOverWithin, agree } = betweenRuns([low, endless, high]);
  expect(agree).toBe(true);
  expect(betweenOverWithin?.value).toBeCloseTo((Math.sqrt((2.33 ** 2 + 0.17 ** 2 + 2.17 ** 2) / 2) * 1.96) / 10, 2);
});

test('a rate is not below zero, however much runs differ', () => {
  expect(betweenRuns([1, 10, 100].map((value) => withError(value, 0.1))).mean.ci95?.[0]).toBe(0);
});
