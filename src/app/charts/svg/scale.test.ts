import { describe, expect, test } from 'vitest';
import { partAt, scaleOf, ticksOf } from './scale.ts';

describe('a scale', () => {
  test('has room beyond its values', () => {
    expect(scaleOf('linear', [3, 100])).toEqual({ kind: 'linear', min: 0, max: 108 });
    const { min, max } = scaleOf('log', [1, 100]);
    expect(min).toBeLessThan(1);
    expect(max).toBeGreaterThan(100);
    expect(max).toBeLessThan(200);
  });

  test('that is signed has 0 in its middle, and a tick there', () => {
    const scale = scaleOf('signed', [-2, 1]);
    expect([partAt(scale, 0), scale.min, scale.max]).toEqual([0.5, -2.16, 2.16]);
    expect(ticksOf(scale, 6)).toEqual([-2, -1, 0, 1, 2]);
    expect(scaleOf('signed', [])).toMatchObject({ min: -1, max: 1 });
  });

  test('leaves out what it cannot show', () => {
    expect(scaleOf('log', [0, -1, Number.NaN, Number.POSITIVE_INFINITY])).toEqual({ kind: 'log', min: 1, max: 10 });
    const one = scaleOf('log', [50]);
    expect(partAt(one, 50)).toBeCloseTo(0.5, 9);
  });

  test.each(['log', 'linear'] as const)('%s: a value stands between the ends, and the middle halfway', (kind) => {
    const scale = scaleOf(kind, [2, 700]);
    const middle = kind === 'log' ? Math.sqrt(scale.min * scale.max) : (scale.min + scale.max) / 2;
    const places = [scale.min, 2, middle, 700, scale.max].map((value) => partAt(scale, value));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect([places[0], places[2], places[4]]).toEqual([0, expect.closeTo(0.5, 9), 1]);
  });
});

describe('ticks', () => {
  test('are round numbers', () => {
    expect(ticksOf({ kind: 'linear', min: 0, max: 108 }, 6)).toEqual([0, 20, 40, 60, 80, 100]);
    expect(ticksOf({ kind: 'log', min: 9, max: 210 }, 6)).toEqual([10, 20, 50, 100, 200]);
    expect(ticksOf({ kind: 'log', min: 0.5, max: 2e6 }, 8)).toEqual([1, 10, 100, 1000, 1e4, 1e5, 1e6]);
  });

  test.each([1, 2, 3, 5, 8])('are within the scale, and %i at most', (most) => {
    for (const [min, max] of [
      [0.003, 4],
      [1, 1.4],
      [20, 90],
      [1, 1e12],
      [7, 1e4],
    ] as const) {
      const ticks = ticksOf({ kind: 'log', min, max }, most);
      expect(ticks.length).toBeLessThanOrEqual(most);
      for (const tick of ticks) {
        expect(tick).toBeGreaterThanOrEqual(min * 0.99);
        expect(tick).toBeLessThanOrEqual(max * 1.01);
      }
    }
  });
});
