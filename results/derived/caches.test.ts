import { expect, test } from 'vitest';
import { estimate } from '../statistics.ts';
import { cachesOf, coldFromBytes } from './caches.ts';
import { COLD_ROTATION_BYTES } from './cold.ts';
import type { CachePoint } from './derive.ts';

const MiB = 2 ** 20;

/** A cache curve of sets in MiB, each with its rate in GB/s, known to `percent`. */
function curve(rates: Readonly<Record<number, number>>, percent = 1): CachePoint[] {
  return Object.entries(rates).map(([mib, gbps]) => ({
    workingSetBytes: Number(mib) * MiB,
    gbps: estimate(
      gbps,
      Array.from({ length: 400 }, (_, i) => gbps * (1 + (percent / 100) * ((i - 199.5) / 190))),
      6,
    ),
  }));
}

/** The levels of a curve as `[GB/s, from, up to]`, sizes in MiB. */
const levels = (points: readonly CachePoint[]) =>
  cachesOf(points)?.levels.map(({ gbps, fromBytes, upToBytes }) => [
    Math.round(gbps.value),
    fromBytes / MiB,
    upToBytes === null ? null : upToBytes / MiB,
  ]);

const kneeMiB = (points: readonly CachePoint[]) => (cachesOf(points)?.kneeBytes ?? Number.NaN) / MiB;

const [FAST, SLOW] = [400, 100];

test('two caches and memory are three levels', () => {
  const points = curve({ 4: 900, 8: 910, 16: 905, 32: 400, 64: 405, 128: 398, 256: 100, 512: 101, 1024: 100 });
  expect(levels(points)).toEqual([
    [905, 4, 16],
    [400, 32, 128],
    [100, 256, null],
  ]);
  expect(kneeMiB(points)).toBe(128);
  expect(cachesOf(points)?.end).toBe('memory');
  expect(coldFromBytes(cachesOf(points))).toBe(512 * MiB);
});

test('a set between two levels belongs to neither, and is still the knee', () => {
  const points = curve({ 4: FAST, 8: FAST, 16: FAST, 32: 180, 64: SLOW, 128: SLOW, 256: SLOW, 512: SLOW, 1024: SLOW });
  expect(levels(points)).toEqual([
    [FAST, 4, 16],
    [SLOW, 64, null],
  ]);
  expect(kneeMiB(points)).toBe(32);
});

test('sets that are all read alike have no knee and one level', () => {
  const points = curve({ 4: 100, 8: 104, 16: 97, 32: 103, 64: 99, 128: 105, 256: 101, 512: 98, 1024: 100 });
  expect(levels(points)).toEqual([[100, 4, null]]);
  expect(cachesOf(points)?.kneeBytes).toBeUndefined();
  // A cache below the smallest set remains possible.
  expect(coldFromBytes(cachesOf(points))).toBe(16 * MiB);
});

test.each([16, 128, 512])('a single set of %d MiB that is slow, or fast by chance, makes no level', (odd) => {
  const flat = { 4: 100, 8: 100, 16: 100, 32: 100, 64: 100, 128: 100, 256: 100, 512: 100, 1024: 100 };
  const [slow, fast] = [curve({ ...flat, [odd]: 40 }), curve({ ...flat, [odd]: 150 })];
  expect(levels(slow)).toEqual([[100, 4, null]]);
  // A fast set without explanation leaves open whether the rest was memory.
  expect(levels(fast)).toEqual([[100, 4, 1024]]);
  expect(cachesOf(fast)?.end).toBe('noisy');
  for (const points of [slow, fast]) expect(cachesOf(points)?.kneeBytes).toBeUndefined();
});

test('small sets that are slower than larger ones are not the end of a cache', () => {
  const points = curve({ 4: 90, 8: 300, 16: FAST, 32: FAST, 64: SLOW, 128: SLOW, 256: SLOW, 512: SLOW, 1024: SLOW });
  expect(kneeMiB(points)).toBe(32);
  expect(levels(points)?.at(-1)).toEqual([SLOW, 64, null]);
});

test('a step within the noise does not count', () => {
  const rates = { 4: 125, 8: 125, 16: 125, 32: 100, 64: 100, 128: 100, 256: 100, 512: 100, 1024: 100 };
  expect(kneeMiB(curve(rates))).toBe(16);
  expect(kneeMiB(curve(rates, 20))).toBeNaN();
});

test('memory is not found where only the largest set is slower, and no figure is of memory', () => {
  const points = curve({ 64: FAST, 128: FAST, 256: FAST, 512: FAST, 1024: SLOW });
  expect(cachesOf(points)).toMatchObject({ end: 'falling', kneeBytes: 512 * MiB });
  expect(levels(points)).toEqual([[FAST, 64, 512]]);
  expect(coldFromBytes(cachesOf(points))).toBe(Number.POSITIVE_INFINITY);
});

test('a sweep that a large cache may hold proves nothing, so a rotation must be cold on every GPU', () => {
  const points = curve({ 4: FAST, 8: FAST, 16: SLOW, 32: SLOW, 64: SLOW, 128: SLOW, 256: SLOW });
  expect(cachesOf(points)?.end).toBe('short');
  expect(levels(points)).toEqual([
    [FAST, 4, 8],
    [SLOW, 16, 256],
  ]);
  expect(coldFromBytes(cachesOf(points))).toBe(COLD_ROTATION_BYTES);
  expect(coldFromBytes(undefined)).toBe(COLD_ROTATION_BYTES);
});

test('a sweep whose noise leaves room for a cache proves nothing either', () => {
  const flat = { 4: 100, 8: 100, 16: 100, 32: 100, 64: 100, 128: 100, 256: 100, 512: 100, 1024: 100 };
  expect(cachesOf(curve(flat, 20))?.end).toBe('memory');
  const noisy = cachesOf(curve(flat, 40));
  expect(noisy).toMatchObject({ end: 'noisy', levels: [{ upToBytes: 1024 * MiB }] });
  expect(coldFromBytes(noisy)).toBe(COLD_ROTATION_BYTES);
});

test('sets without an interval are ignored', () => {
  const [first, ...rest] = curve({ 4: FAST, 8: SLOW, 512: SLOW, 1024: SLOW });
  if (!first) throw new Error('no set');
  const unknown = { ...first, gbps: { ...first.gbps, ci95: null } };
  expect(kneeMiB([unknown, ...rest])).toBeNaN();
  expect(cachesOf([unknown])).toBeUndefined();
  expect(cachesOf([])).toBeUndefined();
});
