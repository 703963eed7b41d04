import { describe, expect, test } from 'vitest';
import type { ClockInfo, Measured, Measurement } from '../record/schema.ts';
import { readLine, streamingGBps } from './derive.ts';
import { coldFrom, figuresOf, headlineOf, launchText, shownDownTo } from './headline.ts';

const MiB = 2 ** 20;
const POOL = 1024 * MiB;
const LARGEST = 256 * MiB;

/** The machine: memory, and what a launch costs. */
const GBPS = 3000;
const LAUNCH_MS = 0.003;

interface Read {
  readonly bytes?: number;
  /** The bytes that the case rotates through. */
  readonly withinBytes?: number;
  /** The share of its bytes that come from a cache twice as fast as memory. */
  readonly cached?: number;
  readonly tuning?: Record<string, number>;
  /** The factor by which it takes longer than it should. */
  readonly slower?: number;
  readonly rounds?: number;
}

/** The time of a byte of which the share `cached` comes from a cache twice as fast as memory, in ms. */
const msPerByte = (cached = 0) => (1 - cached / 2) / GBPS / 1e6;

/** A measured case of eight rounds, whose noise is some tenths of a per cent. */
function measured(kernel: string, bytes: number, dispatchMs: number, rounds = 8): Measured {
  const noise = (i: number) => 1 + 0.002 * Math.sin(12.9 * i + bytes / MiB);
  return {
    status: 'measured',
    case: { kernel, variant: 'portable', params: { bytes }, tuning: {} },
    work: { bytesRead: bytes, bytesWritten: 0, flops: 0 },
    rotationBytes: POOL,
    verification: { shapes: 1, outputs: 1, nmse: 0, tolerance: 0 },
    preRollDispatches: 0,
    checks: [],
    samples: Array.from({ length: rounds }, (_, round) =>
      [100, 400].map((dispatches, i) => ({
        ...{ round, dispatches, atMs: round, gpuMs: null },
        wallMs: 1 + dispatches * dispatchMs * noise(2 * round + i),
      })),
    ).flat(),
    discarded: [],
    stopped: 'interval',
  };
}

function read({ bytes = LARGEST, withinBytes, cached, tuning = {}, slower = 1, rounds }: Read = {}): Measured {
  const m = measured('stream-read', bytes, slower * (LAUNCH_MS + bytes * msPerByte(cached)), rounds);
  return {
    ...m,
    rotationBytes: withinBytes ?? POOL,
    case: { ...m.case, tuning, ...(withinBytes !== undefined && { withinBytes }) },
  };
}

const sizes = (of: Omit<Read, 'bytes'> = {}) =>
  [LARGEST / 4, LARGEST / 2, LARGEST].map((bytes) => read({ ...of, bytes }));

/** The sweep over working sets of a cache of `knee` bytes that is twice as fast as memory; `share` of larger sets. */
function sweep(knee: number, share: (bytes: number) => number = () => 0): Measured[] {
  return [4, 8, 16, 32, 64, 128, 256, 512, 1024].map((mib) => {
    const workingSetBytes = mib * MiB;
    const cached = workingSetBytes <= knee ? 1 : share(workingSetBytes);
    return {
      ...measured('working-set-read', LARGEST, LARGEST * msPerByte(cached)),
      ...{ rotationBytes: workingSetBytes, workingSetBytes },
    };
  });
}

const recordOf = (measurements: readonly Measurement[]) => ({
  clock: { trusted: 'queue-drain' } as ClockInfo,
  measurements: [...measurements],
});

describe('the read line', () => {
  test('has the bandwidth without launches, and the launch beside it', () => {
    const line = readLine(recordOf(sizes()));
    expect((line?.gbps.value ?? 0) / GBPS).toBeCloseTo(1, 2);
    expect((line?.launchMs.value ?? 0) / LAUNCH_MS).toBeCloseTo(1, 1);
    expect(line?.gbps.ci95?.[0]).toBeLessThan(GBPS);
    expect(line?.gbps.ci95?.[1]).toBeGreaterThan(GBPS);
    expect(line?.sizes).toEqual([LARGEST / 4, LARGEST / 2, LARGEST]);
    expect(streamingGBps(recordOf(sizes()))).toEqual(line?.gbps);
  });

  test('of one size there is none: the rate of that size has its launch in it', () => {
    const record = recordOf([read()]);
    expect(readLine(record)).toBeUndefined();
    const withLaunch = LARGEST / (LAUNCH_MS + LARGEST * msPerByte()) / 1e6;
    expect((streamingGBps(record)?.value ?? 0) / withLaunch).toBeCloseTo(1, 2);
    expect(streamingGBps(record)?.value).toBeLessThan(0.98 * GBPS);
    expect(headlineOf(record)?.line).toBeUndefined();
  });

  test('of two sizes is a line that cannot bend', () => {
    const line = readLine(recordOf(sizes().slice(1)));
    expect((line?.gbps.value ?? 0) / GBPS).toBeCloseTo(1, 1);
    expect(line?.bend).toBeUndefined();
  });

  test('tells how far the middle size is off', () => {
    const [small, , large] = sizes();
    const bent = recordOf([small, read({ bytes: LARGEST / 2, slower: 1.05 }), large].flatMap((m) => m ?? []));
    expect(readLine(bent)?.bend?.value).toBeCloseTo(0.05, 2);
    expect(Math.abs(readLine(recordOf(sizes()))?.bend?.value ?? 1)).toBeLessThan(0.005);
  });

  test('goes through sizes of one tuning, over the whole pool, and not through those that are too small', () => {
    const others = [
      read({ bytes: LARGEST / 4, tuning: { lanes: 2 }, slower: 3 }),
      read({ bytes: LARGEST / 2, withinBytes: POOL / 2, slower: 3 }),
      read({ bytes: LARGEST / 16, slower: 3 }),
    ];
    expect(readLine(recordOf([...sizes(), ...others]))).toEqual(readLine(recordOf(sizes())));
  });

  test('uses the rounds that all sizes share', () => {
    const [small, middle, large] = sizes();
    const record = recordOf([
      small,
      { ...middle, samples: middle?.samples.filter(({ round }) => round < 4) },
      large,
    ] as Measured[]);
    expect(readLine(record)?.gbps.units).toBe(4);
  });
});

/** The share of a scan that a cache of `bytes` keeps, if it keeps as much as any can. */
const kept = (bytes: number) => (rotation: number) => Math.min(1, bytes / rotation);

/** A run on a machine whose cache of `bytes` keeps as much of every scan as any can. */
const thrashResistant = (bytes: number) => [
  ...sizes({ cached: kept(bytes)(POOL) }),
  read({ withinBytes: POOL / 2, cached: kept(bytes)(POOL / 2) }),
  ...sweep(bytes, kept(bytes)),
];

describe('the systematic error', () => {
  test('holds the rate of memory, where a cache kept as much of the pool as any can', () => {
    const headline = headlineOf(recordOf(thrashResistant(96 * MiB)));
    expect(headline?.of).toBe('mostly-memory');
    expect(headline?.gbps.ci95?.[0]).toBeGreaterThan(1.04 * GBPS);
    expect(headline?.downToGBps).toBeLessThan(GBPS);
    expect(headline?.downToGBps).toBeGreaterThan(0.98 * GBPS);
  });

  test('is what the knee allows, where half of the pool was not measured', () => {
    const headline = headlineOf(recordOf([...sizes(), ...sweep(128 * MiB)]));
    // An eighth of the bytes at twice the rate: 1/g = (1/g(R) − 1/8 · 1/2g(R)) / (1 − 1/8).
    const [low = 0] = headline?.gbps.ci95 ?? [];
    expect((headline?.downToGBps ?? 0) / low).toBeCloseTo((1 - 1 / 8) / (1 - 1 / 16), 2);
  });

  test('is less, where half of the pool is read no faster', () => {
    const headline = headlineOf(recordOf([...sizes(), read({ withinBytes: POOL / 2 }), ...sweep(128 * MiB)]));
    expect(headline?.downToGBps).toBeGreaterThan(0.98 * GBPS);
    expect(headline?.downToGBps).toBeLessThanOrEqual(headline?.gbps.ci95?.[0] ?? 0);
  });

  test('is more, where half of the pool shows a cache that the sweep did not', () => {
    const half = read({ withinBytes: POOL / 2, cached: 0.2 });
    const headline = headlineOf(recordOf([...sizes({ cached: 0.1 }), half, ...sweep(4 * MiB)]));
    expect(headline?.of).toBe('memory');
    expect(headline?.downToGBps).toBeLessThan(GBPS);
    expect(headline?.downToGBps).toBeGreaterThan(0.97 * GBPS);
  });

  test('counts a difference of either sign: half of the pool may lie in slower memory', () => {
    const down = (slower: number) =>
      headlineOf(recordOf([...sizes(), read({ withinBytes: POOL / 2, slower }), ...sweep(128 * MiB)]))?.downToGBps ?? 0;
    expect(down(1.03)).toBeLessThan(0.98 * down(1));
  });

  test('has no end where a cache may hold everything, nor without an interval', () => {
    const falling = sweep(512 * MiB);
    expect(headlineOf(recordOf([...sizes(), ...falling]))).toMatchObject({ of: 'maybe-cache', downToGBps: null });
    expect(headlineOf(recordOf(sizes({ rounds: 2 })))?.downToGBps).toBeNull();
    expect(headlineOf(recordOf([]))).toBeUndefined();
  });

  test('half of the pool says nothing where it may fit a cache', () => {
    // Without a sweep, a cache of 408 MB may hold 38 % of the pool, and all of a third.
    const third = headlineOf(recordOf([...sizes(), read({ withinBytes: 256 * MiB })]));
    const [low = 0] = third?.gbps.ci95 ?? [];
    expect((third?.downToGBps ?? 0) / low).toBeCloseTo(1 - 408e6 / POOL, 2);
    const half = headlineOf(recordOf([...sizes(), read({ withinBytes: POOL / 2 })]));
    expect(half?.downToGBps).toBeGreaterThan(0.97 * GBPS);
  });

  test('shows that no cache helps, where there is no sweep to find one', () => {
    const none = recordOf([...sizes(), read({ withinBytes: POOL / 2 })]);
    expect(headlineOf(none)?.of).toBe('mostly-memory');
    expect(coldFrom(none)).toBe(POOL / 2);
    // A cache twice as fast that keeps 35 % of the pool saves 17.5 % of the time; a quarter is the most.
    const some = recordOf([...sizes({ cached: 0.35 }), read({ withinBytes: POOL / 2, cached: 0.7 })]);
    expect(coldFrom(some) / POOL).toBeCloseTo(4 * 0.175, 1);
    expect(headlineOf(some)?.of).toBe('mostly-memory');
    const much = recordOf([...sizes(), read({ withinBytes: POOL / 2, slower: 0.55 })]);
    expect(headlineOf(much)?.of).toBe('maybe-cache');
  });

  test('is shown where it is more than half a per cent', () => {
    const shown = (downToGBps: number | null) =>
      shownDownTo({ ...{ of: 'memory', launchMs: undefined }, gbps: { value: 100, ci95: [99, 101] }, downToGBps });
    expect([98, 98.6, null].map(shown)).toEqual([98, undefined, undefined]);
  });
});

test('a launch that may cost nothing is given by its upper end', () => {
  expect(launchText({ value: 0.0031, ci95: [0.003, 0.0032] })).toEqual({ value: '3.10 µs', interval: '3.00 – 3.20' });
  expect(launchText({ value: 0.0001, ci95: [-0.0001, 0.0002] })).toEqual({ value: 'at most 200 ns' });
  expect(launchText({ value: -0.001, ci95: [-0.002, -0.0001] })).toEqual({ value: 'too little to measure' });
  expect(launchText({ value: 0.0031, ci95: null })).toEqual({ value: '3.10 µs' });
  expect(launchText({ value: -0.433, ci95: null })).toEqual({ value: 'too little to measure' });
});

test('without replicates a headline is what page and terminal show', () => {
  const headline = headlineOf(recordOf(sizes()));
  expect(headline && figuresOf(headline)).toEqual({
    ...{ of: 'maybe-cache', downToGBps: headline?.downToGBps },
    gbps: { value: headline?.gbps.value, ci95: headline?.gbps.ci95 },
    launchMs: { value: headline?.line?.launchMs.value, ci95: headline?.line?.launchMs.ci95 },
  });
});
