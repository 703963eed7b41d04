import { mean } from 'simple-statistics';
import { expect, test } from 'vitest';
import { maxOf, minOf } from '../../../results/lists.ts';
import { BATCHED } from '../../../results/reference/published.ts';
import { type LawPoint, weightBytesOf } from '../law/point.ts';
import { type StepCosts, stepTime } from '../theory/step-time.ts';
import { batchedPoints } from './batched.ts';
import { machineLaw } from './machine-law.ts';

const result = machineLaw(BATCHED);

test('a model is predicted from the others of its machine to 10 %, and larger batches from smaller ones', () => {
  expect(result.models).toHaveLength(5);
  expect(mean(result.models.map(({ mape }) => mape))).toBeLessThan(0.1);
  expect(mean(result.batches.map(({ mape }) => mape))).toBeLessThan(0.1);
});

test('weights pass at one rate below the peak, whatever the number of experts', () => {
  expect(result.law.weightGbps).toBeLessThan(BATCHED.gbps);
  const rates = Object.values(result.expertGbps);
  expect(rates).toHaveLength(3);
  expect(maxOf(rates) / minOf(rates)).toBeLessThan(1.15);
});

test('γ is found again where it is known', () => {
  const costs = { fixedSeconds: 0.003, dispatchSeconds: 0, sequenceSeconds: 2e-4, overlap: Number.POSITIVE_INFINITY };
  const machine: StepCosts = {
    ...costs,
    ...{ weightBytesPerSecond: 2.5e11, kvBytesPerSecond: 2e11, flopsPerSecond: Number.POSITIVE_INFINITY },
  };
  for (const routing of [0.5, 0.8]) {
    const models = BATCHED.models.map((published) => ({
      ...published,
      rows: published.rows.map((row, i) => {
        const point = batchedPoints(BATCHED, published, routing)[i] as LawPoint;
        const { seconds } = stepTime({ ...point, weightBytes: weightBytesOf(point) }, machine);
        return { ...row, seconds: seconds * BATCHED.generated };
      }),
    }));
    expect(Math.abs(machineLaw({ ...BATCHED, models }).law.routing - routing)).toBeLessThan(0.06);
  }
});
