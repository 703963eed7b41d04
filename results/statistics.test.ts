import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bootstrap,
  mapEstimate,
  pairedRatio,
  type RoundPoint,
  randomSource,
  relativeWidth,
  shuffled,
  slopeWithinRounds,
} from './statistics.ts';

const LENGTHS = [1, 2, 4, 8];

/** Regions of a device that takes `slope` per dispatch and `fixed` per region; `noise(i)` is added to the i-th. */
const regions = (rounds: number, slope: number, fixed: number, noise: (i: number) => number = () => 0): RoundPoint[] =>
  Array.from({ length: rounds }, (_, round) =>
    LENGTHS.map((x, j) => ({ round, x, y: fixed + slope * x + noise(round * LENGTHS.length + j) })),
  ).flat();

describe('slope within rounds', () => {
  test('is found exactly, whatever the fixed cost', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.001, max: 100, noNaN: true }),
        fc.double({ min: 0, max: 100, noNaN: true }),
        (slope, fixed) => {
          expect(slopeWithinRounds(regions(4, slope, fixed))?.value).toBeCloseTo(slope, 6);
        },
      ),
    );
  });

  test('is not moved by a fixed cost that drifts from round to round', () => {
    const drifting = regions(8, 2, 1).map((p) => ({ ...p, y: p.y + 50 * p.round }));
    expect(slopeWithinRounds(drifting)?.value).toBeCloseTo(2, 9);
  });

  test('is not moved by a stall of a hundred times the region', () => {
    const random = randomSource(1);
    const stalled = regions(9, 2, 1, (i) => (i % 13 === 5 ? 800 : random.below(1000) / 1e5));
    const { value, ci95 } = slopeWithinRounds(stalled) ?? { value: 0, ci95: null };
    expect(Math.abs(value - 2)).toBeLessThan(0.02);
    expect(ci95?.[0]).toBeLessThanOrEqual(2);
    expect(ci95?.[1]).toBeGreaterThanOrEqual(2);
  });

  test('is undefined where rounds have one length', () => {
    expect(
      slopeWithinRounds([
        { round: 0, x: 4, y: 1 },
        { round: 1, x: 8, y: 2 },
      ]),
    ).toBeUndefined();
    expect(slopeWithinRounds([])).toBeUndefined();
  });

  test('has a 95 % interval that holds the truth for about 95 % of noisy devices', () => {
    const random = randomSource(42);
    const gauss = () =>
      Math.sqrt(-2 * Math.log((random.below(1e9) + 1) / 1e9)) * Math.cos(2 * Math.PI * (random.below(1e9) / 1e9));
    let held = 0;
    const devices = 200;
    for (let i = 0; i < devices; i++) {
      const { ci95 } = slopeWithinRounds(regions(8, 1, 0.3, () => 0.1 * gauss())) ?? { ci95: null };
      if (ci95 && ci95[0] <= 1 && ci95[1] >= 1) held++;
    }
    expect(held / devices).toBeGreaterThanOrEqual(0.92);
  });
});

test('a bootstrap draws the same, whatever was drawn before it', () => {
  const mean = (units: readonly number[]) => units.reduce((a, b) => a + b, 0) / units.length;
  const few = [1, 2, 3, 5, 8];
  const many = Array.from({ length: 3000 }, (_, i) => Math.sin(i));
  const alone = [few, many].map((units) => bootstrap(units, mean, 1).replicates);
  bootstrap(few, mean, 2);
  bootstrap([...few, 13], mean, 1);
  expect([few, many].map((units) => bootstrap(units, mean, 1).replicates)).toEqual(alone);
});

test('an interval needs at least three units', () => {
  const mean = (units: readonly number[]) => units.reduce((a, b) => a + b, 0) / units.length;
  expect(bootstrap([1, 2], mean, 1).ci95).toBeNull();
  expect(bootstrap([1, 2, 3], mean, 1).ci95).not.toBeNull();
  expect(relativeWidth(bootstrap([1, 2], mean, 1))).toBe(Number.POSITIVE_INFINITY);
});

test('the ends of an interval stay in order where a figure falls with another', () => {
  const mean = (units: readonly number[]) => units.reduce((a, b) => a + b, 0) / units.length;
  const inverse = mapEstimate(bootstrap([1, 2, 3, 4, 5], mean, 1), (v) => 1 / v);
  expect(inverse.ci95?.[0]).toBeLessThan(inverse.value);
  expect(inverse.ci95?.[1]).toBeGreaterThan(inverse.value);
});

describe('a ratio by round', () => {
  const rounds = (...values: (number | undefined)[]) =>
    new Map(values.flatMap((value, round) => (value === undefined ? [] : [[round, value] as const])));

  test('is the median over the rounds that have both, whatever drifts from round to round', () => {
    const [slower, faster] = [rounds(2, 4, 8, undefined, 32), rounds(1, 2, 4, 8, 16)];
    expect(pairedRatio(slower, faster)).toMatchObject({ value: 2, ci95: [2, 2], units: 4 });
  });

  test('is none where no round has both, and has no interval where one has', () => {
    expect(pairedRatio(rounds(1), rounds(undefined, 1))).toBeUndefined();
    expect(pairedRatio(rounds(3), rounds(2))).toMatchObject({ value: 1.5, ci95: null });
  });
});

test('shuffling keeps every item, and the seed decides the order', () => {
  const items = Array.from({ length: 50 }, (_, i) => i);
  const once = shuffled(items, randomSource(3));
  expect(once).not.toEqual(items);
  expect([...once].sort((a, b) => a - b)).toEqual(items);
  expect(shuffled(items, randomSource(3))).toEqual(once);
  expect(shuffled(items, randomSource(4))).not.toEqual(once);
});
