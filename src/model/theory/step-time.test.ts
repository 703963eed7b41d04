import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type StepWork, stepWork, weightBytesRead, weightFlopsPerToken } from '../models/accounting.ts';
import { llama31_8b } from '../models/presets/llama-3.1-8b.ts';
import { qwen3_30b_a3b } from '../models/presets/qwen3-30b-a3b.ts';
import { allIn, tensorsIn } from '../models/tensors.ts';
import { atPeak, ridgeBatch, type StepCosts, stepTime } from './step-time.ts';

const positive = (min: number, max: number) => fc.double({ min, max, noNaN: true });

const anyWork: fc.Arbitrary<StepWork> = fc.record({
  batch: fc.integer({ min: 1, max: 1024 }),
  weightBytes: positive(1e6, 1e12),
  weightFlops: positive(1e6, 1e15),
  kvBytes: positive(0, 1e12),
  kvFlops: positive(0, 1e15),
});

const anyCosts: fc.Arbitrary<StepCosts> = fc.record({
  fixedSeconds: positive(0, 0.01),
  dispatchSeconds: positive(0, 1e-4),
  sequenceSeconds: positive(0, 1e-4),
  weightBytesPerSecond: positive(1e9, 1e13),
  kvBytesPerSecond: positive(1e9, 1e13),
  flopsPerSecond: positive(1e10, 1e16),
  overlap: fc.oneof(positive(1, 20), fc.constant(Number.POSITIVE_INFINITY)),
});

describe('T', () => {
  // Source: jax-ml/scaling-book@0819a7d inference.md, with 30 G parameters in int8 on 16 TPU v5e and 8192 tokens of
  // 100 kB each. The book rounds 2.57 to 2.5, and 21.05 to 21.
  const machine = atPeak(16 * 8.1e11, 16 * 1.97e14);
  test.each([
    [4, 30e9 / (16 * 8.1e11), 2.568],
    [256, (2 * 30e9 * 256) / (16 * 1.97e14), 21.051],
  ])('at batch %i is that of the textbook', (batch, weightSeconds, expectedMs) => {
    const work = {
      batch,
      ...{ weightBytes: 30e9, weightFlops: 2 * 30e9 * batch },
      ...{ kvBytes: 819e6 * batch, kvFlops: 0 },
    };
    const time = stepTime(work, machine);
    expect(time.weightSeconds).toBe(weightSeconds);
    expect(time.seconds * 1000).toBeCloseTo(expectedMs, 3);
  });

  test('is the sum of its terms, each with its own unit', () => {
    const work = { batch: 10, weightBytes: 3e9, weightFlops: 4e9, kvBytes: 5e8, kvFlops: 0 };
    const costs = {
      ...{ fixedSeconds: 1, dispatchSeconds: 0.01, sequenceSeconds: 0.1 },
      ...{ weightBytesPerSecond: 1e9, kvBytesPerSecond: 1e8, flopsPerSecond: 1e9 },
    };
    const after = stepTime(work, { ...costs, overlap: 1 }, 100);
    expect(after).toMatchObject({ overheadSeconds: 3, weightSeconds: 7, kvSeconds: 5, seconds: 15 });
    expect(stepTime(work, { ...costs, overlap: 2 }, 100).weightSeconds).toBe(5);
    expect(stepTime(work, { ...costs, overlap: Number.POSITIVE_INFINITY }, 100).weightSeconds).toBe(4);
  });

  test('names the resource that most of it goes to', () => {
    const work = { batch: 1, weightBytes: 1e9, weightFlops: 1e9, kvBytes: 1e9, kvFlops: 1e9 };
    expect(stepTime(work, atPeak(1e9, 1e10)).bound).toBe('bandwidth');
    expect(stepTime(work, atPeak(1e10, 1e9)).bound).toBe('compute');
    expect(stepTime(work, { ...atPeak(1e9, 1e10), fixedSeconds: 2.1 }).bound).toBe('overhead');
    expect(stepTime({ ...work, weightFlops: 1e12, kvBytes: 1e12 }, atPeak(1e9, 1e9)).bound).toBe('bandwidth');
  });

  test('never falls with bytes or operations, and never rises with a rate or overlap', () => {
    fc.assert(
      fc.property(anyWork, anyCosts, positive(1, 100), (work, costs, factor) => {
        const { seconds } = stepTime(work, costs, 50);
        for (const key of ['weightBytes', 'weightFlops', 'kvBytes', 'kvFlops'] as const) {
          const more = stepTime({ ...work, [key]: work[key] * factor }, costs, 50).seconds;
          expect(more).toBeGreaterThanOrEqual(seconds * (1 - 1e-12));
        }
        for (const key of ['weightBytesPerSecond', 'kvBytesPerSecond', 'flopsPerSecond', 'overlap'] as const) {
          const less = stepTime(work, { ...costs, [key]: costs[key] * factor }, 50).seconds;
          expect(less).toBeLessThanOrEqual(seconds * (1 + 1e-12));
        }
      }),
    );
  });

  test('lies between full overlap of memory and compute, and one after the other', () => {
    fc.assert(
      fc.property(anyWork, anyCosts, (work, costs) => {
        const { seconds } = stepTime(work, costs);
        const min = stepTime(work, { ...costs, overlap: Number.POSITIVE_INFINITY }).seconds;
        const max = stepTime(work, { ...costs, overlap: 1 }).seconds;
        expect(seconds).toBeGreaterThanOrEqual(min * (1 - 1e-12));
        expect(seconds).toBeLessThanOrEqual(max * (1 + 1e-12));
      }),
    );
  });

  test('is a number at a tie of memory and compute', () => {
    const work = { batch: 1, weightBytes: 1e9, weightFlops: 1e9, kvBytes: 0, kvFlops: 0 };
    expect(stepTime(work, atPeak(1e9, 1e9)).seconds).toBe(1);
  });

  test('is that of the weights without context; throughput of large batches tends to what the KV caches allow', () => {
    const [tensors, costs] = [tensorsIn(llama31_8b, allIn('f16')), atPeak(1e12)];
    const at = (batch: number, context: number) =>
      stepTime(stepWork(llama31_8b, tensors, { batch, context, kv: 'f16' }), costs);
    const one = at(1, 1);
    expect(one.kvSeconds / one.seconds).toBeLessThan(1e-4);
    const [batch, perRequest] = [1e7, 131_072 * 1000];
    // Each token also looks up a row of the embedding, which is a ten-thousandth.
    expect(batch / at(batch, 1000).seconds / (1e12 / perRequest)).toBeCloseTo(1, 3);
  });
});

describe('the ridge batch', () => {
  test('of dense weights is F · bytes / 2β: 243 for bf16 on a TPU v5e, and half of that for int8', () => {
    const costs = atPeak(8.1e11, 1.97e14);
    expect(ridgeBatch(() => 2 * 30e9, 2 * 30e9, costs)).toBe(Math.ceil(1.97e14 / 8.1e11));
    expect(ridgeBatch(() => 30e9, 2 * 30e9, costs)).toBe(Math.ceil(1.97e14 / 8.1e11 / 2));
  });

  test('is the first batch that takes longer to compute than to read weights', () => {
    for (const model of [llama31_8b, qwen3_30b_a3b]) {
      const tensors = tensorsIn(model, allIn('f16'));
      const bytesAt = (batch: number) => weightBytesRead(tensors, batch);
      const costs = atPeak(1e12, 2e14);
      const ridge = ridgeBatch(bytesAt, weightFlopsPerToken(model), costs) ?? 0;
      const ratio = (batch: number) =>
        (weightFlopsPerToken(model) * batch) / costs.flopsPerSecond / (bytesAt(batch) / costs.weightBytesPerSecond);
      expect(ratio(ridge)).toBeGreaterThanOrEqual(1);
      expect(ratio(ridge - 1)).toBeLessThan(1);
    }
  });

  test('is higher for a mixture of experts', () => {
    const ridgeOf = (model: typeof llama31_8b) => {
      const tensors = tensorsIn(model, allIn('f16'));
      return ridgeBatch((batch) => weightBytesRead(tensors, batch), weightFlopsPerToken(model), atPeak(1e12, 2e14));
    };
    // A token uses a tenth of the weights.
    expect(ridgeOf(qwen3_30b_a3b) ?? 0).toBeGreaterThan(5 * (ridgeOf(llama31_8b) ?? Number.POSITIVE_INFINITY));
  });

  test('is undefined where compute is left out', () => {
    expect(ridgeBatch(() => 1e9, 2e9, atPeak(1e12))).toBeUndefined();
  });
});
