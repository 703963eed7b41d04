import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { kvBytesHeld, weightBytesHeld, weightBytesRead } from '../models/accounting.ts';
import { MODELS } from '../models/index.ts';
import type { Model } from '../models/model.ts';
import { modelById } from '../models/predicted.ts';
import { gptOss_20b } from '../models/presets/gpt-oss-20b.ts';
import { llama31_8b } from '../models/presets/llama-3.1-8b.ts';
import { qwen3_30b_a3b } from '../models/presets/qwen3-30b-a3b.ts';
import { allIn, tensorsIn } from '../models/tensors.ts';
import { fullMemoryThroughput } from '../theory/laws.ts';
import { machineOfSpec } from './machine-of-spec.ts';
import { CACHE_FORMATS, predict, type Served } from './predict.ts';

const served = (model: Model, weights = 'f16', kv = 'f16'): Served => ({
  ...{ model, weights, kv },
  tensors: tensorsIn(model, allIn(weights)),
});

const h100 = { gbps: 3350, memoryGB: 80 };

describe('a prediction', () => {
  test('of Llama 3.1 8B on 3,350 GB/s reads weights and KV caches once, and fits caches beside the weights', () => {
    const p = predict(served(llama31_8b), machineOfSpec(h100), { context: 8192, batch: 4 });
    const kv = 131_072 * 8192;
    expect(p.kvBytes).toBe(4 * kv);
    expect(p.stepMs).toBeCloseTo((p.weightBytes + 4 * kv) / 3.35e9, 9);
    expect(p.tokensPerSecond).toBeCloseTo(4000 / (p.stepMs ?? 0), 9);
    expect(p.tokensPerSecondPerUser).toBeCloseTo(1000 / (p.stepMs ?? 0), 9);
    expect(p.maxBatch).toBe(Math.floor((80e9 - 16_061_054_976) / kv));
    expect(p).toMatchObject({ fits: true, bound: 'bandwidth', wouldFit: null });
    const { overheadMs = 0, weightsMs = 0, kvMs = 0 } = p.terms ?? {};
    expect(overheadMs + weightsMs + kvMs).toBeCloseTo(p.stepMs ?? 0, 9);
  });

  test('reads some experts and holds all of them', () => {
    const p = predict(served(qwen3_30b_a3b), machineOfSpec(h100), { context: 1024, batch: 1 });
    expect(p.weightBytesHeld / p.weightBytes).toBeGreaterThan(8);
    expect(p.weightBytesHeld).toBe(weightBytesHeld(tensorsIn(qwen3_30b_a3b, allIn('f16'))));
  });

  test('is bound by compute from the ridge batch on, and by overhead where that is longer than the rest', () => {
    const bound = (spec: object, batch: number) =>
      predict(served(llama31_8b), machineOfSpec({ ...h100, ...spec }), { context: 16, batch }).bound;
    // 1000 TFLOP/s over 3.35 TB/s is 298 tokens for each f16 weight.
    expect(bound({ tflops: 1000 }, 280)).toBe('bandwidth');
    expect(bound({ tflops: 1000 }, 320)).toBe('compute');
    expect(bound({ overheadMs: 4.4 }, 1)).toBe('bandwidth');
    expect(bound({ overheadMs: 4.6 }, 1)).toBe('overhead');
  });

  const anyPoint = fc.record({
    model: fc.constantFrom(...MODELS),
    kv: fc.constantFrom(...CACHE_FORMATS),
    context: fc.integer({ min: 1, max: 100_000 }),
    batch: fc.integer({ min: 1, max: 300 }),
    gbps: fc.double({ min: 1, max: 10_000, noNaN: true }),
    memoryGB: fc.double({ min: 0.1, max: 3000, noNaN: true }),
    factor: fc.double({ min: 1, max: 10, noNaN: true }),
  });

  test('fits exactly where weights and KV caches do, and names the largest that would fit', () => {
    fc.assert(
      fc.property(anyPoint, ({ model, kv, context, batch, gbps, memoryGB }) => {
        const machine = machineOfSpec({ gbps, memoryGB });
        const it = served(model, 'int4-g32', kv);
        const at = (change: object) => predict(it, machine, { context, batch, ...change });
        const p = at({});
        expect(p.fits).toBe(p.weightBytesHeld + p.kvBytesHeld <= memoryGB * 1e9);
        expect(p.fits).toBe(p.wouldFit === null);
        expect(p.fits).toBe(p.stepMs !== null);
        if (!p.wouldFit) return;
        expect(p.bound).toBe('capacity');
        const { wouldFit } = p;
        if (wouldFit.batch > 0) expect(at({ batch: wouldFit.batch }).fits).toBe(true);
        expect(at({ batch: wouldFit.batch + 1 }).fits).toBe(false);
        if (wouldFit.context > 0) expect(at({ context: wouldFit.context }).fits).toBe(true);
        expect(at({ context: wouldFit.context + 1 }).fits).toBe(false);
        for (const format of wouldFit.weights) {
          expect(predict(served(model, format, kv), machine, { context, batch }).fits).toBe(true);
        }
        // One byte more, since GB and bytes differ by rounding.
        const enough = machineOfSpec({ gbps, memoryGB: (wouldFit.memoryBytes + 1) / 1e9 });
        expect(predict(it, enough, { context, batch }).fits).toBe(true);
      }),
      { numRuns: 25 },
    );
  });

  test('is never slower with more bandwidth, never smaller with more memory, never faster with more context', () => {
    fc.assert(
      fc.property(anyPoint, ({ model, kv, context, batch, gbps, factor }) => {
        const it = served(model, 'int4-g32', kv);
        const at = (bandwidth: number, memoryGB: number, positions: number) =>
          predict(it, machineOfSpec({ gbps: bandwidth, memoryGB }), { context: positions, batch });
        const [base, longer] = [at(gbps, 1e6, context), at(gbps, 1e6, context + 1)];
        const faster = at(gbps * factor, 1e6, context);
        expect((base.stepMs ?? 0) / (faster.stepMs ?? 0) / factor).toBeCloseTo(1, 9);
        expect(longer.stepMs).toBeGreaterThanOrEqual(base.stepMs ?? Number.POSITIVE_INFINITY);
        expect(at(gbps, 1e6 * factor, context).maxBatch).toBeGreaterThanOrEqual(base.maxBatch);
      }),
      { numRuns: 25 },
    );
  });

  test('of a full memory doubles with bandwidth, and grows with memory as φ says', () => {
    const [it, machine] = [served(llama31_8b), machineOfSpec(h100)];
    const { full, weightBytesHeld: held } = predict(it, machine, { context: 1000, batch: 1 });
    const serving = {
      ...{ memoryBytes: 80e9, bytesPerSecond: 3.35e12, weightBytes: held, cacheBytes: 131_072_000 },
      weightBytesRead: weightBytesRead(it.tensors, 1),
    };
    const law = fullMemoryThroughput(serving);
    // The law ignores that sequences are whole, and that each token looks up a row of the embedding.
    expect((full?.tokensPerSecond ?? 0) / law).toBeCloseTo(1, 2);
    expect(full?.twiceBandwidth).toBeCloseTo(2, 9);
    expect(full?.twiceMemory).toBeCloseTo(fullMemoryThroughput({ ...serving, memoryBytes: 160e9 }) / law, 2);
    expect(full?.twiceMemory).toBeLessThan(1.2);
  });

  test('gains nothing from twice the bandwidth where compute binds', () => {
    const { bound, full } = predict(served(llama31_8b), machineOfSpec({ ...h100, tflops: 1 }), {
      context: 1000,
      batch: 1,
    });
    expect(bound).toBe('compute');
    expect(full?.twiceBandwidth).toBe(1);
  });

  test.each([
    [{ batch: 0 }, 'batch must be a whole number from 1 to 10000000 sequences; got 0'],
    [{ batch: 1.5 }, 'batch must be a whole number from 1 to 10000000 sequences; got 1.5'],
    [{ context: Number.NaN }, 'context must be a whole number from 1 to 100000000 positions; got NaN'],
  ])('of %o is refused', (point, message) => {
    const at = { context: 1024, batch: 1, ...point };
    expect(() => predict(served(llama31_8b), machineOfSpec(h100), at)).toThrow(new RangeError(message));
  });

  test('keeps only the window of sliding layers', () => {
    const p = predict(served(gptOss_20b, 'mxfp4'), machineOfSpec({ gbps: 273, memoryGB: 20 }), {
      context: 100_000,
      batch: 1,
    });
    expect(p.kvBytesHeld).toBe(kvBytesHeld(gptOss_20b, 100_000, 'f16', 'window'));
    expect(p.kvBytesHeld).toBeLessThan(kvBytesHeld(gptOss_20b, 100_000, 'f16', 'all') / 1.9);
  });
});

/**
 * Published measurements: llama.cpp with flash attention on a DGX Spark of 273 GB/s (ggml-org/llama.cpp@4c7e989
 * benches/dgx-spark.md, llama-batched-bench, 544 positions for each sequence). The file of 11.27 GiB has experts in
 * MXFP4 and the rest in Q8_0. No step is shorter than the law's at the peak, and a good engine's is less than twice as
 * long.
 */
describe('gpt-oss-20b on a DGX Spark', () => {
  const tensors = tensorsIn(gptOss_20b, { ...allIn('int8'), router: 'f32', expert: 'mxfp4' });

  test('takes as much memory as the measured file', () => {
    expect(weightBytesHeld(tensors) / (11.27 * 2 ** 30)).toBeCloseTo(1, 2);
  });

  test.each([
    [1, 12.344],
    [2, 21.062],
    [4, 26.344],
    [8, 31.5],
    [16, 39.906],
    [32, 52.062],
  ])('batch %i: measured %f ms', (batch, measuredMs) => {
    const it: Served = { model: gptOss_20b, tensors, weights: 'mxfp4', kv: 'f16' };
    const { stepMs } = predict(it, machineOfSpec({ gbps: 273, memoryGB: 128 }), { context: 544, batch });
    expect(stepMs).toBeLessThan(measuredMs);
    expect(stepMs).toBeGreaterThan(measuredMs / 2);
  });
});

/**
 * Published measurements of a dense model: Llama 3 8B in F16, which has the shapes of 3.1, over 1024 tokens generated
 * by llama.cpp in May 2024 (XiongjieDai/GPU-Benchmarks-on-LLM-Inference@aa72e0e README.md). Peaks are the vendors'.
 */
test.each([
  ['RTX 3090', 936, 21.501],
  ['RTX 6000 Ada', 960, 19.242],
  ['M1 Max', 400, 54.259],
  ['M2 Ultra', 800, 27.586],
  ['M3 Max', 400, 44.663],
])('Llama 3 8B on an %s, %d GB/s: measured %f ms', (_, gbps, measuredMs) => {
  const { stepMs } = predict(served(llama31_8b), machineOfSpec({ gbps, memoryGB: 24 }), { context: 512, batch: 1 });
  expect(stepMs).toBeLessThan(measuredMs);
  expect(stepMs).toBeGreaterThan(measuredMs / 2);
});

test('a model that does not fit has no speed, and is told what would fit', () => {
  const p = predict(served(modelById('llama-3.1-70b')), machineOfSpec({ gbps: 1008, memoryGB: 24 }), {
    context: 4096,
    batch: 1,
  });
  expect(p).toMatchObject({
    ...{ fits: false, bound: 'capacity', maxBatch: 0 },
    ...{ stepMs: null, terms: null, tokensPerSecond: null, tokensPerSecondPerUser: null, full: null },
  });
  expect(p.wouldFit).toMatchObject({ batch: 0, context: 0, weights: ['ternary'] });
});
