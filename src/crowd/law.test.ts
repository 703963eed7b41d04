/** Tests of the law over the collection, on parts whose law is known. */

import { describe, expect, test } from 'vitest';
import { randomSource } from '../../results/statistics.ts';
import { crowdLaw, type PartPoint } from './law.ts';

const random = randomSource(3);
const uniform = () => random.below(1e6) / 1e6;

/** The point of a part with a ceiling of `gbps`, whose steps read at `times` as much. */
const point = (name: string, gbps: number, times: number): PartPoint => ({
  part: { name, memoryGB: 8, count: 1 },
  ...{ gbps, stepGBps: gbps * times },
});

/** Parts from 50 to 5,000 GB/s that read at 0.8 of their ceiling, off by up to `scatter`. */
const parts = (count: number, scatter: number): PartPoint[] =>
  Array.from({ length: count }, (_, i) =>
    point(`part ${i}`, 50 * 100 ** (i / (count - 1)), 0.8 * (1 + scatter * (2 * uniform() - 1))),
  );

describe('the law over the collection', () => {
  test('finds exponent and share of parts that keep to them', () => {
    const law = crowdLaw(parts(80, 0.1));
    expect(law?.exponent.value).toBeCloseTo(1, 1);
    expect(law?.share.value).toBeCloseTo(0.8, 1);
    expect(law?.exponent.ci95?.[0]).toBeLessThan(law?.exponent.ci95?.[1] ?? 0);
    expect(law?.scatter).toBeLessThan(0.12);
    expect(law?.outliers).toEqual([]);
    expect(law?.at(1000)).toBeGreaterThan(700);
  });

  test('a tenth of the parts, far off, moves it little and is named with a reason', () => {
    const off = parts(8, 0).map((one, i) => ({
      ...one,
      part: { ...one.part, name: `off ${i}` },
      stepGBps: one.gbps * 0.1,
    }));
    const law = crowdLaw([...parts(72, 0.05), ...off]);
    expect(law?.share.value).toBeCloseTo(0.79, 1);
    expect(law?.exponent.value).toBeCloseTo(1, 1);
    expect(law?.outliers.map(({ part }) => part.name).sort()).toEqual(off.map(({ part }) => part.name).sort());
    expect(law?.outliers[0]?.reason).toContain('something else holds it up');
  });

  test('nearly all intervals of the exponent hold it', () => {
    const held = Array.from({ length: 60 }, () => crowdLaw(parts(40, 0.15))?.exponent.ci95).filter(
      (ci95) => ci95 && ci95[0] <= 1 && 1 <= ci95[1],
    ).length;
    expect(held).toBeGreaterThanOrEqual(52);
  });

  test.each([
    ['three parts', parts(3, 0)],
    ['parts of one speed', Array.from({ length: 20 }, (_, i) => point(`same ${i}`, 500, 0.8))],
    ['no part', []],
  ])('%s have none', (_, points) => expect(crowdLaw(points)).toBeUndefined());
});
