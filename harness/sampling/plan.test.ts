import { expect, test } from 'vitest';
import { KERNELS } from '../../shaders/registry.ts';
import { fold } from '../device/program.ts';
import { PROFILES } from '../profiles.ts';
import { caseRecord, dispatchSizes, planCases, sidePools, type TuningsOf } from './plan.ts';

const GiB = 2 ** 30;
const pool = { bytes: GiB, slabBytes: GiB };

test('a fast GPU gets all sizes of the profile', () => {
  expect(dispatchSizes(PROFILES.quick, 4000, pool)).toEqual([1, 4, 16, 64, 256].map((n) => n * 2 ** 20));
});

test('a slow adapter gets smaller sizes, so that a submission has time for them', () => {
  expect(dispatchSizes(PROFILES.quick, 1.5, pool)).toEqual([1, 2, 4, 8, 16].map((n) => n * 2 ** 20));
  expect(dispatchSizes(PROFILES.full, 1.5, pool)).toEqual([1, 2, 4, 8, 16].map((n) => n * 2 ** 20));
});

test('even the slowest adapter gets the three sizes that a line needs', () => {
  expect(dispatchSizes(PROFILES.quick, 0.05, pool)).toEqual([2 ** 17, 2 ** 18, 2 ** 19]);
});

test('no size is larger than a slab, or than a quarter of the pool', () => {
  expect(Math.max(...dispatchSizes(PROFILES.full, 4000, { bytes: GiB, slabBytes: 128 * 2 ** 20 }))).toBe(128 * 2 ** 20);
  expect(Math.max(...dispatchSizes(PROFILES.full, 4000, { bytes: 2 ** 28, slabBytes: 2 ** 28 }))).toBe(2 ** 26);
});

const options = {
  kernels: KERNELS.measured,
  features: new Set<string>(),
  limits: { maxStorageBufferBindingSize: 2 ** 31 },
  sizes: [2 ** 20, 2 ** 22, 2 ** 24],
  breadth: 'few' as const,
  poolBytes: GiB,
};

test('every case of the plan can run if nothing is missing', () => {
  const cases = planCases(options);
  expect(cases.map(({ skip }) => skip)).toEqual(cases.map(() => undefined));
  expect(cases.map(({ kernel }) => kernel.id)).not.toContain('fill');
});

test('a missing feature is one skipped case, which names the feature', () => {
  const [gemv] = KERNELS.measured.filter(({ id }) => id === 'gemv');
  if (!gemv) throw new Error('there is no gemv');
  const whole = { ...options, kernels: [gemv], breadth: 'all' as const };
  const skipped = planCases({ ...whole, features: new Set(['packed_4x8_integer_dot_product']) }).filter(
    ({ skip }) => skip,
  );
  expect(skipped).toHaveLength(1);
  expect(skipped[0]).toMatchObject({ variant: 'subgroups', skip: expect.stringContaining('subgroups') });
});

test('a buffer that the adapter cannot bind is a skipped case, with both sizes', () => {
  const skips = planCases({ ...options, limits: { maxStorageBufferBindingSize: 2 ** 21 } }).flatMap(
    ({ skip }) => skip ?? [],
  );
  expect(skips.length).toBeGreaterThan(0);
  for (const skip of skips) expect(skip).toMatch(/takes \d+ bytes, more than the 2097152/);
});

test.each([
  [{ maxBufferSize: 2 ** 10 }, /takes \d+ bytes, more than the 1024 of the adapter's largest buffer/],
  [{ maxStorageBuffersPerShaderStage: 1 }, /binds \d buffers, more than the 1 /],
  [{ maxComputeInvocationsPerWorkgroup: 32 }, /have \d+ threads, more than the 32 /],
])('a case beyond %o is skipped, with the limit and the value met', (limits, reason) => {
  const skips = planCases({ ...options, limits }).flatMap(({ skip }) => skip ?? []);
  expect(skips.length).toBeGreaterThan(0);
  for (const skip of skips) expect(skip).toMatch(reason);
});

test('`few` shapes need no side pool; `all` shapes need one for outputs and one for every kind of scale', () => {
  expect(sidePools(KERNELS.measured, 'few')).toEqual({ written: false, scales: [] });
  const all = sidePools(KERNELS.measured, 'all');
  expect(all.written).toBe(true);
  expect(all.scales.length).toBeGreaterThan(0);
});

test('`all` shapes sweep over working sets, two an octave, up to the whole pool', () => {
  const sets = planCases({ ...options, breadth: 'all' })
    .filter(({ kernel }) => kernel.id === 'working-set-read')
    .map(({ params }) => Number(params.workingSetBytes));
  expect(sets.slice(0, 4)).toEqual([65536, 98304, 131072, 196608]);
  expect(sets.at(-1)).toBe(GiB);
  expect(sets).toHaveLength(29);
});

test.each([
  [1, 65535, [1, 1]],
  [65535, 65535, [65535, 1]],
  [65536, 65535, [32768, 2]],
  [1_000_003, 65535, [62501, 16]],
])('%i workgroups within %i per dimension', (count, limit, expected) => {
  const [x, y] = fold(count, limit);
  expect([x, y]).toEqual(expected);
  expect(x * y).toBeGreaterThanOrEqual(count);
  expect(x * y - count).toBeLessThan(y);
});

test('if one size is asked for, it is the largest', () => {
  expect(dispatchSizes(PROFILES.kernels, 4000, pool)).toEqual([128 * 2 ** 20]);
  expect(dispatchSizes(PROFILES.kernels, 1.5, pool)).toEqual([2 * 2 ** 20]);
});

test('the ceiling is planned in three sizes, and once more over half of the pool', () => {
  const { ceiling } = KERNELS;
  const tuningsOf: TuningsOf = ({ defaults }, _, { bytes }) => [
    { ...defaults, workgroupSize: bytes === 2 ** 24 ? 64 : 128 },
    defaults,
  ];
  const cases = planCases({ ...options, kernels: [ceiling], ceiling, tuningsOf });
  expect(cases.map(({ params, tuning, withinBytes }) => [params.bytes, tuning.workgroupSize, withinBytes])).toEqual([
    [2 ** 22, 64, undefined],
    [2 ** 23, 64, undefined],
    [2 ** 24, 64, undefined],
    [2 ** 24, 256, undefined],
    [2 ** 24, 64, GiB / 2],
  ]);
  expect(cases.map(caseRecord).filter((c) => 'withinBytes' in c)).toHaveLength(1);
});

test('a problem is measured once with each tuning that is asked for', () => {
  const [kernel] = KERNELS.measured.filter(({ id }) => id === KERNELS.ceiling.id);
  if (!kernel) throw new Error('the ceiling is not among the kernels');
  const other = { ...kernel.defaults, workgroupSize: 64 };
  const cases = planCases({ ...options, kernels: [kernel], tuningsOf: ({ defaults }) => [other, defaults] });
  expect(cases.slice(0, 2).map(({ tuning }) => tuning)).toEqual([other, kernel.defaults]);
  expect(cases[0]?.params).toEqual(cases[1]?.params);
});
