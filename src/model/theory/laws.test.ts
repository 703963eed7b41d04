import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  asOneDomain,
  capacity,
  crossingSpeed,
  elasticitiesAtSpeed,
  fullMemoryElasticities,
  fullMemoryThroughput,
  productLaw,
  type Serving,
  throughputAtSpeed,
  throughputWithWeightsInSram,
  weightShare,
} from './laws.ts';

const positive = (min: number, max: number) => fc.double({ min, max, noNaN: true });

/** Machines that hold the weights, which a step may read in part, as it may the KV caches. */
const anyServing: fc.Arbitrary<Serving> = fc
  .record({
    weightBytes: positive(1, 1000),
    freeShare: positive(0.02, 50),
    bytesPerSecond: positive(10, 1e5),
    cacheBytes: positive(0.01, 10),
    readShare: positive(0.02, 1),
    cacheShareRead: positive(0.01, 1),
  })
  .map(({ weightBytes, freeShare, readShare, ...rest }) => ({
    ...rest,
    weightBytes,
    memoryBytes: weightBytes * (1 + freeShare),
    weightBytesRead: weightBytes * readShare,
  }));

const whole = (serving: Serving): Serving => ({ ...serving, weightBytesRead: serving.weightBytes, cacheShareRead: 1 });

/** ∂ ln f / ∂ ln x at x, by central differences of fourth order. Errors of h⁴ and of rounding are both below 1e-9. */
function elasticity(f: (x: number) => number, x: number): number {
  const h = 1e-3;
  const at = (steps: number) => Math.log(f(x * Math.exp(steps * h)));
  return (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * h);
}

describe('with the memory full', () => {
  test('X is (BW/c)(1 − φ) and a step reads the memory once, if everything is read', () => {
    fc.assert(
      fc.property(anyServing.map(whole), (serving) => {
        const { bytesPerSecond, cacheBytes, memoryBytes } = serving;
        const throughput = fullMemoryThroughput(serving);
        expect(throughput / ((bytesPerSecond / cacheBytes) * (1 - weightShare(serving)))).toBeCloseTo(1, 9);
        expect(capacity(serving) / throughput / (memoryBytes / bytesPerSecond)).toBeCloseTo(1, 9);
      }),
    );
  });

  test('elasticities are the numerical derivatives', () => {
    fc.assert(
      fc.property(anyServing, (serving) => {
        const { bandwidth, memory } = fullMemoryElasticities(serving);
        const ofBandwidth = elasticity(
          (bytesPerSecond) => fullMemoryThroughput({ ...serving, bytesPerSecond }),
          serving.bytesPerSecond,
        );
        // Near M = W the law is steep, so the derivative is taken over M − W.
        const free = serving.memoryBytes - serving.weightBytes;
        const ofFree = elasticity(
          (f) => fullMemoryThroughput({ ...serving, memoryBytes: serving.weightBytes + f }),
          free,
        );
        expect(Math.abs(bandwidth - ofBandwidth)).toBeLessThan(1e-6);
        expect(Math.abs(memory / ((ofFree * serving.memoryBytes) / free) - 1)).toBeLessThan(1e-6);
      }),
    );
  });

  test('X grows as M·BW where weights are small beside memory, and large beside the cache bytes read', () => {
    const serving = {
      ...{ memoryBytes: 1e6, bytesPerSecond: 1000, weightBytes: 100, cacheBytes: 1 },
      cacheShareRead: 1e-7,
    };
    expect(fullMemoryElasticities(serving).memory).toBeCloseTo(1, 2);
  });

  test('X is 0 where the weights do not fit, and near 0 where they just do', () => {
    const serving = { memoryBytes: 100, bytesPerSecond: 1000, weightBytes: 100, cacheBytes: 1 };
    expect(capacity(serving)).toBe(0);
    expect(fullMemoryThroughput(serving)).toBe(0);
    expect(fullMemoryThroughput({ ...serving, weightBytes: 200 })).toBe(0);
    expect(fullMemoryThroughput({ ...serving, weightBytes: 99.999 })).toBeLessThan(0.011);
  });

  test('X about doubles with twice the memory and bandwidth, where the weights are small', () => {
    const serving = { memoryBytes: 100, bytesPerSecond: 1000, weightBytes: 5, cacheBytes: 1 };
    const twice = { ...serving, memoryBytes: 200, bytesPerSecond: 2000 };
    expect(fullMemoryThroughput(twice) / fullMemoryThroughput(serving)).toBeCloseTo(2 * (0.975 / 0.95), 9);
  });
});

describe('the product law', () => {
  test('touches the derived law at φ = ½, and is nowhere below it', () => {
    fc.assert(
      fc.property(anyServing.map(whole), (serving) => {
        expect(productLaw(serving)).toBeGreaterThanOrEqual(fullMemoryThroughput(serving) * (1 - 1e-12));
        const half = { ...serving, memoryBytes: 2 * serving.weightBytes };
        expect(productLaw(half) / fullMemoryThroughput(half)).toBeCloseTo(1, 12);
        expect(fullMemoryElasticities(half).memory).toBeCloseTo(1, 12);
      }),
    );
  });
});

describe('at a given speed', () => {
  test('capacity binds below the crossing and bandwidth above, and both allow the same there', () => {
    fc.assert(
      fc.property(anyServing, positive(0.01, 0.99), (serving, part) => {
        const crossing = crossingSpeed(serving);
        const { branches } = throughputAtSpeed(serving, crossing);
        expect(branches.capacity / branches.bandwidth).toBeCloseTo(1, 6);
        expect(throughputAtSpeed(serving, crossing * part).bound).toBe('capacity');
        expect(throughputAtSpeed(serving, crossing / part).bound).toBe('bandwidth');
      }),
    );
  });

  test('the crossing is BW/M and allows as much as a full memory, if everything is read', () => {
    fc.assert(
      fc.property(anyServing.map(whole), (serving) => {
        const crossing = crossingSpeed(serving);
        expect(crossing / (serving.bytesPerSecond / serving.memoryBytes)).toBeCloseTo(1, 9);
        expect(throughputAtSpeed(serving, crossing).perSecond / fullMemoryThroughput(serving)).toBeCloseTo(1, 6);
      }),
    );
  });

  test('elasticities are the numerical derivatives of the limit that binds', () => {
    fc.assert(
      fc.property(anyServing, positive(0.05, 0.95), fc.boolean(), (serving, part, slow) => {
        // Two speeds are left out: the crossing, which has no derivative, and that at which weights take all of a step.
        const fastest = serving.bytesPerSecond / (serving.weightBytesRead ?? serving.weightBytes);
        const crossing = crossingSpeed(serving);
        const speed = slow ? crossing * part * 0.9 : crossing + (fastest - crossing) * part;
        const { bandwidth, memory } = elasticitiesAtSpeed(serving, speed);
        const { bound } = throughputAtSpeed(serving, speed);
        expect(bound).toBe(slow ? 'capacity' : 'bandwidth');
        const branch = (changed: Partial<Serving>) => throughputAtSpeed({ ...serving, ...changed }, speed).branches;
        if (slow) {
          const free = serving.memoryBytes - serving.weightBytes;
          const numerical = elasticity((f) => branch({ memoryBytes: serving.weightBytes + f }).capacity, free);
          expect(bandwidth).toBe(0);
          expect(Math.abs(memory / ((numerical * serving.memoryBytes) / free) - 1)).toBeLessThan(1e-6);
        } else {
          const spare = serving.bytesPerSecond - speed * (serving.weightBytesRead ?? serving.weightBytes);
          const numerical = elasticity(
            (s) => branch({ bytesPerSecond: serving.bytesPerSecond - spare + s }).bandwidth,
            spare,
          );
          expect(memory).toBe(0);
          expect(Math.abs(bandwidth / ((numerical * serving.bytesPerSecond) / spare) - 1)).toBeLessThan(1e-6);
        }
      }),
    );
  });

  test('neither bandwidth nor memory buys anything where compute binds', () => {
    const serving = { memoryBytes: 100, bytesPerSecond: 1000, weightBytes: 50, cacheBytes: 1 };
    const compute = { flopsPerSecond: 1000, flopsPerToken: 10 };
    expect(throughputAtSpeed(serving, 10, compute)).toMatchObject({ perSecond: 100, bound: 'compute' });
    expect(elasticitiesAtSpeed(serving, 10, compute)).toEqual({ bandwidth: 0, memory: 0 });
  });

  test('X is 0 where reading the weights alone takes too long', () => {
    const serving = { memoryBytes: 100, bytesPerSecond: 1000, weightBytes: 50, cacheBytes: 1 };
    expect(throughputAtSpeed(serving, 20)).toMatchObject({ perSecond: 0, bound: 'bandwidth' });
  });
});

test('N machines as one domain do at least as much as N apart, and just as much without weights', () => {
  fc.assert(
    fc.property(anyServing.map(whole), fc.integer({ min: 1, max: 100 }), (serving, count) => {
      const [domain, apart] = [
        fullMemoryThroughput(asOneDomain(serving, count)),
        count * fullMemoryThroughput(serving),
      ];
      expect(domain).toBeGreaterThanOrEqual(apart * (1 - 1e-9));
      const weightless = { ...serving, weightBytes: 0, weightBytesRead: 0 };
      const ratio = fullMemoryThroughput(asOneDomain(weightless, count)) / fullMemoryThroughput(weightless);
      expect(ratio / count).toBeCloseTo(1, 9);
    }),
  );
});

describe('weights in SRAM', () => {
  test('leave X below BW/(ρ·c), however fast the SRAM is', () => {
    fc.assert(
      fc.property(anyServing, positive(1, 1e9), positive(0.1, 1000), (serving, sram, speed) => {
        const { perSecond, branches } = throughputWithWeightsInSram(serving, sram, speed);
        const most = serving.bytesPerSecond / ((serving.cacheShareRead ?? 1) * serving.cacheBytes);
        expect(perSecond).toBeLessThanOrEqual(most * (1 + 1e-12));
        expect(branches.capacity / ((speed * serving.memoryBytes) / serving.cacheBytes)).toBeCloseTo(1, 9);
      }),
    );
  });

  test('only free room in memory, if the SRAM is as fast as memory', () => {
    const serving = { memoryBytes: 100, bytesPerSecond: 1000, weightBytes: 50, cacheBytes: 1 };
    const [sram, memory] = [throughputWithWeightsInSram(serving, 1000, 15), throughputAtSpeed(serving, 15)];
    expect(sram.branches.bandwidth).toBeCloseTo(memory.branches.bandwidth, 9);
    expect(sram.branches.capacity).toBe(2 * memory.branches.capacity);
  });
});

describe('worked examples in GB, GB/s and tokens', () => {
  test('at φ = ½, X is half of what bandwidth allows, and ε_M is 1', () => {
    const serving = { memoryBytes: 80, weightBytes: 40, bytesPerSecond: 3350, cacheBytes: 1 };
    expect(fullMemoryThroughput(serving)).toBe(1675);
    expect(fullMemoryElasticities(serving).memory).toBe(1);
  });

  test('72 GPUs of 288 GB and 22 TB/s as one are bound by bandwidth at 100 tokens/s', () => {
    const domain = asOneDomain({ memoryBytes: 288, bytesPerSecond: 22_000, weightBytes: 1000, cacheBytes: 7.7 }, 72);
    const { perSecond, bound, branches } = throughputAtSpeed(domain, 100);
    expect(bound).toBe('bandwidth');
    expect(perSecond).toBeCloseTo(192_727.3, 1);
    expect(branches.capacity).toBeCloseTo(256_312, 0);
  });
});
