import { mean, probit, sampleStandardDeviation } from 'simple-statistics';
import { expect, test } from 'vitest';
import { randomSource, studentT } from '../statistics.ts';
import type { Figure } from '../text/figures.ts';
import { isTold, ratioOf } from './ratio.ts';

/** A rate whose time has this relative half-width. */
const rate = (value: number, share: number): Figure => ({
  value,
  ci95: [value / (1 + share), value / (1 - share)],
});

test('small errors add in squares, as by the delta method', () => {
  const { value, ci95 } = ratioOf(rate(142, 0.003), rate(100, 0.004));
  expect(value).toBeCloseTo(1.42, 10);
  expect(Math.log((ci95?.[1] ?? 0) / value)).toBeCloseTo(0.005, 4);
  expect(Math.log(value / (ci95?.[0] ?? 0))).toBeCloseTo(0.005, 4);
});

test('a worked example: times 10 ± 1 and 8 ± 2 have a ratio of 0.8, and no symmetric interval', () => {
  // The roots of (8 − 10 θ)² = 2² + θ² · 1², by hand: 99 θ² − 160 θ + 60 = 0.
  const { value, ci95 } = ratioOf(rate(1 / 10, 0.1), rate(1 / 8, 0.25));
  expect(value).toBeCloseTo(0.8, 10);
  expect(ci95?.[0]).toBeCloseTo((160 - Math.sqrt(160 ** 2 - 4 * 99 * 60)) / 198, 10);
  expect(ci95?.[1]).toBeCloseTo((160 + Math.sqrt(160 ** 2 - 4 * 99 * 60)) / 198, 10);
});

test('the other way round, the interval is the reciprocal', () => {
  const [a, b] = [rate(300, 0.2), rate(700, 0.35)];
  const [forth, back] = [ratioOf(a, b).ci95, ratioOf(b, a).ci95];
  expect(back?.[0]).toBeCloseTo(1 / (forth?.[1] ?? 0), 10);
  expect(back?.[1]).toBeCloseTo(1 / (forth?.[0] ?? 0), 10);
});

test('without two intervals there is none, nor where a rate may be infinite', () => {
  expect(ratioOf({ value: 3, ci95: null }, rate(2, 0.1))).toEqual({ value: 1.5, ci95: null });
  expect(ratioOf(rate(3, 0.1), { value: 2, ci95: null }).ci95).toBeNull();
  const endless: Figure = { value: 2, ci95: [0.5, Number.POSITIVE_INFINITY] };
  expect(ratioOf(endless, rate(2, 0.1)).ci95).toBeNull();
  expect(ratioOf(rate(2, 0.1), endless).ci95).toBeNull();
});

test('a ratio is told from 1 where its interval leaves 1 out', () => {
  expect(isTold(ratioOf(rate(105, 0.01), rate(100, 0.01)))).toBe(true);
  expect(isTold(ratioOf(rate(95, 0.01), rate(100, 0.01)))).toBe(true);
  expect(isTold(ratioOf(rate(101, 0.01), rate(100, 0.01)))).toBe(false);
  expect(isTold({ value: 2, ci95: null })).toBeNull();
});

test('it holds the truth in 95 % of pairs of simulated runs, or a little more where rounds are few', () => {
  const random = randomSource(16);
  const normal = () => probit((random.below(2 ** 30) + 0.5) / 2 ** 30);
  /** The rate of `rounds` rounds of 1/rate, each off by `noise`. */
  const measured = (truth: number, rounds: number, noise: number): Figure => {
    const times = Array.from({ length: rounds }, () => (1 / truth) * (1 + noise * normal()));
    const middle = mean(times);
    const half = (studentT(rounds - 1) * sampleStandardDeviation(times)) / Math.sqrt(rounds);
    return { value: 1 / middle, ci95: [1 / (middle + half), 1 / (middle - half)] };
  };
  const PAIRS = 4000;
  for (const [rounds, noise] of [
    [6, 0.02],
    [12, 0.1],
    [40, 0.3],
  ] as const) {
    let held = 0;
    for (let i = 0; i < PAIRS; i++) {
      const { ci95 } = ratioOf(measured(1420, rounds, noise), measured(1000, rounds, 2 * noise));
      if (ci95 && ci95[0] <= 1.42 && 1.42 <= ci95[1]) held++;
    }
    // Chance alone leaves 94.3 – 95.7 % of 4,000.
    expect(held / PAIRS).toBeGreaterThan(0.942);
    expect(held / PAIRS).toBeLessThan(0.975);
  }
});
