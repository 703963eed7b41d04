import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { estimate, randomSource } from '../../../results/statistics.ts';
import { parameters } from '../models/accounting.ts';
import { DEFAULT_MODEL, MODELS } from '../models/index.ts';
import { modelById } from '../models/predicted.ts';
import { llama31_8b } from '../models/presets/llama-3.1-8b.ts';
import { qwen3_30b_a3b } from '../models/presets/qwen3-30b-a3b.ts';
import { type FitPoint, fitAffine } from './line.ts';
import { matrixUses } from './matrix-uses.ts';
import { weightsOnlyEstimate } from './weights-only.ts';

const MiB = 2 ** 20;

/** Points of a device with `overheadMs` per dispatch and `gbps`, each with replicates within ±`noise`. */
function points(overheadMs: number, gbps: number, noise = 0, sizes = [1, 4, 16, 64, 256]): FitPoint[] {
  const random = randomSource(9);
  const shake = () => 1 + noise * (random.below(2001) / 1000 - 1);
  return sizes.map((n) => {
    const ms = (overheadMs + (n * MiB) / gbps / 1e6) * shake();
    return {
      bytes: n * MiB,
      ms: estimate(
        ms,
        Array.from({ length: 100 }, () => ms * shake()),
        8,
      ),
    };
  });
}

describe('T = a + bytes/β', () => {
  test('is fitted exactly without noise', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.0001, max: 5, noNaN: true }),
        fc.double({ min: 1, max: 8000, noNaN: true }),
        (a, beta) => {
          const fit = fitAffine(points(a, beta));
          expect(fit?.overheadMs.value).toBeCloseTo(a, 6);
          expect((fit?.gbps.value ?? 0) / beta).toBeCloseTo(1, 6);
          expect(fit?.worstResidual).toBeLessThan(1e-9);
        },
      ),
    );
  });

  test('has intervals that hold the truth where there is noise, and a band around the line', () => {
    const fit = fitAffine(points(0.02, 100, 0.03));
    const [low = 0, high = 0] = fit?.gbps.ci95 ?? [];
    expect(low).toBeLessThan(100);
    expect(high).toBeGreaterThan(100);
    const at = fit?.predictMs(32 * MiB);
    expect(at?.ci95?.[0]).toBeLessThan(at?.value ?? 0);
    expect(at?.ci95?.[1]).toBeGreaterThan(at?.value ?? 0);
  });

  test('never has a negative fixed cost, nor a negative cost of a byte', () => {
    const bent = points(0, 100).map((p, i) => ({ ...p, ms: estimate(p.ms.value * (1 + 0.2 * i), p.ms.replicates, 8) }));
    expect(fitAffine(bent)?.overheadMs.value).toBe(0);
    const falling = points(5, 1e9).map((p, i) => ({ ...p, ms: estimate(5 - 0.1 * i, [5 - 0.1 * i], 8) }));
    expect(fitAffine(falling)?.gbps.value).toBe(Number.POSITIVE_INFINITY);
  });

  test('is not fitted to two sizes', () => {
    expect(fitAffine(points(1, 100, 0, [1, 2]))).toBeUndefined();
    expect(fitAffine([...points(1, 100, 0, [1, 2]), ...points(1, 100, 0, [1])])).toBeUndefined();
  });
});

describe('the weights-only bound', () => {
  const llamaWeights = matrixUses(llama31_8b).reduce((n, { rows, columns, count }) => n + rows * columns * count, 0);

  test('reads 7.505 G weights a step for Llama 3.1 8B, in four projections a layer and the head', () => {
    expect(llamaWeights).toBe(32 * (6144 * 4096 + 4096 * 4096 + 28672 * 4096 + 4096 * 14336) + 128256 * 4096);
    expect(llamaWeights / 1e9).toBeCloseTo(7.505, 3);
    expect(matrixUses(llama31_8b).reduce((n, { count }) => n + count, 0)).toBe(4 * 32 + 1);
  });

  test('counts the experts that a token picked as one dispatch of their weights', () => {
    expect(matrixUses(qwen3_30b_a3b)).toEqual([
      { name: 'qkv', rows: 5120, columns: 2048, count: 48 },
      { name: 'output', rows: 2048, columns: 4096, count: 48 },
      { name: 'router', rows: 128, columns: 2048, count: 48 },
      { name: 'expert gate and up', rows: 8 * 2 * 768, columns: 2048, count: 48 },
      { name: 'expert down', rows: 8 * 2048, columns: 768, count: 48 },
      { name: 'head', rows: 151_936, columns: 2048, count: 1 },
    ]);
  });

  test('is bandwidth over bytes without a fixed cost', () => {
    const fit = fitAffine(points(0, 1000));
    if (!fit) throw new Error('no fit');
    const { weightBytes, tokensPerSecond, dispatches } = weightsOnlyEstimate(fit, llama31_8b, 'f16');
    expect(weightBytes).toBe(2 * llamaWeights);
    expect(tokensPerSecond.value).toBeCloseTo(1e12 / weightBytes, 3);
    expect(dispatches).toBe(129);
  });

  test('pays the fixed cost once per dispatch', () => {
    const [none, some] = [fitAffine(points(0, 1000)), fitAffine(points(0.01, 1000))];
    if (!none || !some) throw new Error('no fit');
    const difference =
      weightsOnlyEstimate(some, llama31_8b, 'f16').stepMs.value -
      weightsOnlyEstimate(none, llama31_8b, 'f16').stepMs.value;
    expect(difference).toBeCloseTo(129 * 0.01, 6);
  });
});

describe('presets', () => {
  test('have unique ids, positive whole numbers, and a source', () => {
    expect(new Set(MODELS.map(({ id }) => id)).size).toBe(MODELS.length);
    for (const model of MODELS) {
      expect(model.source).not.toBe('');
      expect(modelById(model.id)).toBe(model);
      const numbers = JSON.stringify(model).match(/:[-\d.e]+/g) ?? [];
      expect(numbers.length).toBeGreaterThan(model.layers.length);
      for (const text of numbers) expect(text).toMatch(/^:[1-9]\d*$/);
    }
    expect(MODELS).toContain(DEFAULT_MODEL);
  });

  test('are in order of size', () => {
    const sizes = MODELS.map(parameters);
    expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
  });

  test('are listed where an unknown one is asked for', () => {
    expect(() => modelById('gpt-9')).toThrow(/unknown model "gpt-9"; there are .*llama-3\.1-8b/);
  });
});
