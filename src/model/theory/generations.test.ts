import { describe, expect, test } from 'vitest';
import { kvBytesHeld, weightBytesHeld } from '../models/accounting.ts';
import { kimi_k2 } from '../models/presets/kimi-k2.ts';
import { allIn, tensorsIn } from '../models/tensors.ts';
import {
  ESSAY,
  GENERATIONS,
  type GenerationPoint,
  generationPoints,
  growthOf,
  inOwnFormat,
  rackFrontier,
} from './generations.ts';

const { workload, speed } = ESSAY;
const within1Percent = (actual: number | null | undefined, expected: number) =>
  expect(Math.abs((actual ?? 0) / expected - 1)).toBeLessThan(0.01);

test('the essay’s Rubin NVL72 serves 1,920 requests at 100 tokens/s, and 1.6 M tokens/s per megawatt; bandwidth binds', () => {
  const rubin = generationPoints(workload, speed).find(({ generation }) => generation.name === 'Rubin NVL72');
  expect(rubin?.atSpeed.bound).toBe('bandwidth');
  within1Percent(rubin?.requests, ESSAY.requests);
  within1Percent(rubin?.atSpeed.perSecond, ESSAY.requests * speed);
  within1Percent(rubin?.perMegawatt, 1.6e6);
  // A third more requests would fit by capacity alone.
  within1Percent(rubin?.atSpeed.branches.capacity, 256_312);
});

test('the essay’s workload is about Kimi K2 in fp8 at 110,000 positions', () => {
  expect(weightBytesHeld(tensorsIn(kimi_k2, allIn('fp8'))) / workload.weightBytes).toBeCloseTo(1, 1);
  within1Percent(kvBytesHeld(kimi_k2, 110_000, 'f16', 'all'), workload.cacheBytes);
});

test('more buys nothing that can be told where no request has the speed; elsewhere what binds does', () => {
  const points = generationPoints(workload, speed);
  expect(points[0]?.elasticities).toBeNull();
  const rubin = points.find(({ generation }) => generation.name === 'Rubin NVL72');
  expect(rubin?.elasticities?.memory).toBe(0);
  expect(rubin?.elasticities?.bandwidth).toBeGreaterThan(1);
  expect(rubin?.crossingSpeed).toBeLessThan(speed);
  expect(rubin?.weightsInSram).toBeGreaterThan(rubin?.atSpeed.perSecond ?? 0);
});

test('a workload in its own format is narrower on newer machines, and caches with it', () => {
  const f16 = { weightBytes: 140e9, cacheBytes: 2e9 };
  const [a100, h100] = GENERATIONS;
  if (!a100 || !h100) throw new Error('no generations');
  expect(inOwnFormat(f16)(a100)).toEqual(f16);
  expect(inOwnFormat(f16)(h100)).toEqual({ weightBytes: 70e9, cacheBytes: 1e9 });
  const last = (all: ReturnType<typeof growthOf>) => all.at(-1);
  expect(last(growthOf(inOwnFormat(f16)))?.derived).toBeGreaterThan(2 * (last(growthOf(f16))?.derived ?? 0));
});

test('throughput is 0 where the weights do not fit, though the product law promises some', () => {
  const [a100] = generationPoints(workload, speed);
  expect(a100?.memoryBytes).toBe(8 * 80 * 2 ** 30);
  expect(a100).toMatchObject({ fullMemory: 0, requests: 0, perMegawatt: 0, atSpeed: { bound: 'capacity' } });
  expect(a100?.product).toBeGreaterThan(0);
});

describe('every generation', () => {
  const points = generationPoints({ weightBytes: 70e9, cacheBytes: 1e9 }, 20);

  test('has a throughput that the product law never underestimates', () => {
    for (const { fullMemory, product } of points) {
      expect(fullMemory).toBeGreaterThan(0);
      expect(product).toBeGreaterThanOrEqual(fullMemory);
    }
  });

  test('grows with bandwidth by the derived law where the weights are small', () => {
    const [gb200, rubin] = ['GB200 NVL72', 'Rubin NVL72'].map((name) =>
      points.find(({ generation }) => generation.name === name),
    );
    if (!gb200 || !rubin) throw new Error('no generations');
    const ratio = (pick: (p: GenerationPoint) => number) => pick(rubin) / pick(gb200);
    expect(ratio((p) => p.fullMemory) / ratio((p) => p.bytesPerSecond)).toBeCloseTo(1, 2);
    expect(ratio((p) => p.product)).toBeCloseTo(ratio((p) => p.bytesPerSecond) * ratio((p) => p.memoryBytes), 9);
  });

  test('has a source, a plausible power, and reads its memory in some ten milliseconds', () => {
    for (const { kilowatts, gpus, memoryGB, gbps, source } of GENERATIONS) {
      expect(source).not.toBe('');
      if (kilowatts !== undefined) {
        expect(kilowatts / gpus).toBeGreaterThan(0.5);
        expect(kilowatts / gpus).toBeLessThan(5);
      }
      expect((1000 * memoryGB) / gbps).toBeGreaterThan(10);
      expect((1000 * memoryGB) / gbps).toBeLessThan(50);
    }
  });
});

describe('the frontier of a rack', () => {
  const rubin = GENERATIONS.find(({ name }) => name === 'Rubin NVL72') as (typeof GENERATIONS)[0];
  const frontier = rackFrontier(rubin, workload);

  test('goes from one request to a full memory', () => {
    const [fastest, fullest] = [frontier[0], frontier.at(-1)];
    expect(fastest?.batch).toBe(1);
    within1Percent(fastest?.speed, (72 * 22e12) / (workload.weightBytes + workload.cacheBytes));
    within1Percent(fullest?.batch, (72 * 288e9 - 1e12) / workload.cacheBytes);
    within1Percent(fullest?.throughput, generationPoints(workload, speed, [rubin])[0]?.fullMemory ?? 0);
  });

  test('passes through the essay’s point', () => {
    const [near] = [...frontier].sort((a, b) => Math.abs(a.speed - speed) - Math.abs(b.speed - speed));
    expect((near?.throughput ?? 0) / (ESSAY.requests * speed)).toBeCloseTo(1, 0.5);
    const seconds = (workload.weightBytes + workload.cacheBytes * ESSAY.requests) / (72 * 22e12);
    within1Percent(1 / seconds, speed);
  });

  test('is empty where the weights do not fit', () => {
    expect(rackFrontier(GENERATIONS[0] as (typeof GENERATIONS)[0], workload)).toEqual([]);
  });
});

describe('growth over generations', () => {
  const growth = growthOf({ weightBytes: 70e9, cacheBytes: 1e9 });

  test('is that of bandwidth and of each law, GPU for GPU, over the first', () => {
    expect(growth[0]).toMatchObject({ bandwidth: 1, product: 1, derived: 1 });
    const h200 = growth.find(({ generation }) => generation.name === 'DGX H200');
    within1Percent(h200?.bandwidth, 4800 / 2039);
    within1Percent(h200?.product, (4800 * 141) / (2039 * 80));
    within1Percent(h200?.derived, ((4800 / 2039) * (1 - 70 / 1128)) / (1 - 70 / 640));
  });

  test('marks what is not yet sold as a projection', () => {
    const announced = growth.filter(({ generation }) => generation.announced).map(({ generation }) => generation.gpu);
    expect(announced).toEqual(['Rubin', 'Rubin Ultra']);
  });

  test('is near bandwidth by the derived law, and below the product law', () => {
    for (const { bandwidth, product, derived } of growth.slice(1)) {
      expect(derived / bandwidth).toBeCloseTo(1, 0);
      // The driver of an H100 keeps 0.4 % of its memory, that of an A100 none.
      expect(derived).toBeLessThanOrEqual(1.005 * product);
    }
  });

  test('is empty without generations', () => {
    expect(growthOf(workload, [])).toEqual([]);
  });
});
