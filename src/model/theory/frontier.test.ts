import fc from 'fast-check';
import { expect, test } from 'vitest';
import { paretoFrontier, sweepBatches } from './frontier.ts';

test('batches go from 1 to the maximum, each with the speed and throughput of its step', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100_000 }), (maxBatch) => {
      const points = sweepBatches((batch) => 0.01 + batch * 1e-4, maxBatch);
      const batches = points.map(({ batch }) => batch);
      expect(batches[0]).toBe(1);
      expect(batches.at(-1)).toBe(maxBatch);
      expect(batches).toEqual([...new Set(batches)].sort((a, b) => a - b));
      for (const { batch, speed, throughput } of points) {
        expect(speed).toBe(1 / (0.01 + batch * 1e-4));
        expect(throughput / (batch * speed)).toBeCloseTo(1, 12);
      }
    }),
  );
});

test('there is no batch where no request fits', () => {
  expect(sweepBatches(() => 1, 0)).toEqual([]);
  expect(sweepBatches(() => 1, Number.NaN)).toEqual([]);
});

test('every batch is on the frontier where the step time is affine', () => {
  const points = sweepBatches((batch) => 0.01 + batch * 1e-4, 500);
  expect(paretoFrontier(points)).toEqual(points);
});

test('no point beats a point of the frontier, and one of them beats or equals every point', () => {
  const point = fc.record({ speed: fc.integer({ min: 1, max: 50 }), throughput: fc.integer({ min: 1, max: 50 }) });
  fc.assert(
    fc.property(fc.array(point, { minLength: 1, maxLength: 30 }), (points) => {
      const frontier = paretoFrontier(points);
      for (const p of points) {
        expect(frontier.some((f) => f.speed >= p.speed && f.throughput >= p.throughput)).toBe(true);
      }
      for (const [i, f] of frontier.entries()) {
        const before = frontier[i - 1];
        if (before) expect(before.speed > f.speed && before.throughput < f.throughput).toBe(true);
      }
    }),
  );
});
