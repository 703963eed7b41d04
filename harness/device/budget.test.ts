import { expect, test } from 'vitest';
import type { AdapterInfo, HostInfo } from '../../results/record/schema.ts';
import { PROFILES } from '../profiles.ts';
import { halved, isDiscrete, type Machine, type MemoryWishes, MIN_MEMORY_BYTES, memoryNeeds } from './budget.ts';

const GiB = 2 ** 30;

const adapterOf = (changes: Partial<AdapterInfo>): AdapterInfo => ({
  ...{ vendor: '', architecture: '', device: '', description: '', renderer: null, isFallbackAdapter: false },
  ...{ subgroupMinSize: 0, subgroupMaxSize: 0, features: [], limits: { maxBufferSize: 4 * GiB } },
  ...changes,
});

interface Kind extends Partial<AdapterInfo> {
  readonly platform?: string;
  readonly memoryGiB?: number;
}

function machine({ platform = 'Windows', memoryGiB, ...adapter }: Kind): Machine {
  const host: HostInfo = { kind: 'browser', brand: 'some', majorVersion: 1, platform };
  const systemMemoryBytes = memoryGiB === undefined ? undefined : memoryGiB * GiB;
  return { adapter: adapterOf(adapter), host, systemMemoryBytes };
}

/** The wishes of `full`: every pool, and the steps of claims. */
const FULL: MemoryWishes = {
  profile: PROFILES.full,
  side: { written: true, scales: [1, 2, 3].map((keep) => ({ keep, set: 0 })) },
  hasSteps: true,
};

const QUICK: MemoryWishes = { profile: PROFILES.quick, side: { written: false, scales: [] }, hasSteps: false };

const NVIDIA: Kind = { vendor: 'nvidia', architecture: 'lovelace' };
const IPHONE: Kind = { platform: 'iOS', vendor: 'apple', architecture: 'metal-3', limits: { maxBufferSize: GiB } };

test.each<[string, Kind, number, RegExp]>([
  ['a discrete GPU', NVIDIA, 6.5 * GiB, /profile/],
  ['an iPhone', IPHONE, 0.5e9, /phones and tablets/],
  ['an iPad', { ...IPHONE, platform: 'iPadOS' }, 0.5e9, /phones and tablets/],
  ['an Android phone', { platform: 'Android', vendor: 'qualcomm', memoryGiB: 8 }, 0.5e9, /phones and tablets/],
  ['a phone of 1 GB', { platform: 'Android', vendor: 'arm', memoryGiB: 1 }, GiB / 4, /shared/],
  ['an old adapter', { ...NVIDIA, limits: { maxBufferSize: GiB / 4 } }, 1e9, /no buffer of 1 GiB/],
  ['a Mac in Safari', { platform: 'MacIntel', vendor: 'apple', architecture: 'metal-3' }, 2 * GiB, /shared/],
  ['a laptop of 8 GB', { vendor: 'intel', architecture: 'gen-12lp', memoryGiB: 8 }, 2 * GiB, /shared/],
  ['a laptop of 32 GB', { vendor: 'intel', architecture: 'gen-12lp', memoryGiB: 32 }, 6.5 * GiB, /profile/],
  ['an adapter without a name', {}, 2 * GiB, /nothing shows/],
  ['a software adapter', { ...NVIDIA, isFallbackAdapter: true, memoryGiB: 4 }, GiB, /shared/],
])('full on %s', (_, kind, bytes, reason) => {
  const needs = memoryNeeds(machine(kind), FULL);
  expect(needs.budget.bytes).toBe(bytes);
  expect(needs.budget.reason).toMatch(reason);
  expect(needs.isNamed).toBe(false);
  expect(needs.totalBytes).toBeLessThanOrEqual(bytes);
  expect(needs.totalBytes).toBeGreaterThan(0.98 * bytes);
});

test.each<[string, Partial<AdapterInfo>, boolean]>([
  ['NVIDIA in Chrome', { vendor: 'nvidia', architecture: 'blackwell' }, true],
  ['a Tegra', { vendor: 'nvidia', architecture: 'ampere', description: 'NVIDIA Tegra Orin (nvgpu)' }, false],
  ['Radeon RX by its driver', { vendor: 'amd', description: 'AMD Radeon RX 7900 XTX (RADV NAVI31)' }, true],
  ['Radeon Pro by its driver', { vendor: 'amd', description: 'AMD Radeon(TM) Pro W6800' }, true],
  ['Radeon of a laptop', { vendor: 'amd', architecture: 'rdna-3', description: 'AMD Radeon 780M Graphics' }, false],
  ['AMD without a name', { vendor: 'amd', architecture: 'rdna-3' }, false],
  ['Radeon RX by WebGL', { vendor: 'amd', renderer: 'ANGLE (AMD, AMD Radeon RX 6800 Direct3D11)' }, true],
  ['Arc A770', { vendor: 'intel', architecture: 'gen-12hp', description: 'Intel(R) Arc(TM) A770 Graphics' }, true],
  ['Arc of a laptop', { vendor: 'intel', description: 'Intel(R) Arc(TM) Graphics' }, false],
  ['Arc 140V, of a laptop', { vendor: 'intel', description: 'Intel(R) Arc(TM) 140V GPU (16GB)' }, false],
  ['Intel, with WebGL on another GPU', { vendor: 'intel', renderer: 'NVIDIA GeForce RTX 4070 Laptop GPU' }, false],
  ['Firefox, which names only what WebGL runs on', { renderer: 'NVIDIA GeForce GTX 980, or similar' }, true],
  ['lavapipe', { vendor: 'mesa', architecture: 'software', description: 'llvmpipe' }, false],
])('%s has memory of its own: %o, %s', (_, adapter, expected) => {
  expect(isDiscrete(adapterOf(adapter))).toBe(expected);
});

test('full takes 6.5 GiB in all on a GPU with memory of its own: the pools, and no step more', () => {
  const needs = memoryNeeds(machine(NVIDIA), FULL);
  expect(needs.pools).toEqual({ main: 4 * GiB, written: GiB, scales: GiB / 2, total: 6.5 * GiB });
  expect(needs).toMatchObject({ wishedBytes: 6.5 * GiB, stepBytes: 4 * GiB, totalBytes: 6.5 * GiB });
});

test('quick takes 1 GiB, and on a phone at most half a GB, decode steps and warm-ups included', () => {
  expect(memoryNeeds(machine(NVIDIA), QUICK)).toMatchObject({ stepBytes: 0, totalBytes: GiB });
  const { pools, stepBytes, totalBytes } = memoryNeeds(machine(IPHONE), { ...QUICK, hasSteps: true });
  expect(pools.total).toBeLessThanOrEqual(0.5e9);
  expect(stepBytes).toBeLessThan(0.5e9);
  expect(totalBytes).toBeLessThanOrEqual(0.5e9);
});

test('decode steps have at most as much as the main pool, and with it some room for warm-ups', () => {
  const needs = memoryNeeds(machine(NVIDIA), { ...QUICK, hasSteps: true });
  expect(needs).toMatchObject({ stepBytes: GiB, totalBytes: GiB + 64 * 2 ** 20 });
});

test('a named budget bounds pools and steps, whatever the machine and what it has taught', () => {
  const learned = { bytes: 1e8, reason: 'a larger run ended this page' };
  const needs = memoryNeeds(machine(IPHONE), { ...FULL, named: 3e9, learned });
  expect(needs.budget.bytes).toBe(3e9);
  expect(needs.isNamed).toBe(true);
  expect(needs.pools.total).toBeLessThanOrEqual(3e9);
  expect(needs.totalBytes).toBeLessThanOrEqual(3e9);
  expect(memoryNeeds(machine(NVIDIA), { ...QUICK, named: 8e9 })).toMatchObject({ totalBytes: GiB });
  expect(memoryNeeds(machine(NVIDIA), { ...QUICK, named: 8e9, hasSteps: true }).totalBytes).toBe(8e9);
});

test('what an earlier run has taught limits the default', () => {
  const learned = { bytes: 3e8, reason: 'a larger run ended this page' };
  expect(memoryNeeds(machine(IPHONE), { ...QUICK, learned }).budget).toEqual(learned);
  expect(memoryNeeds(machine(IPHONE), { ...QUICK, learned: { ...learned, bytes: 1e12 } }).budget.bytes).toBe(0.5e9);
});

test('a device that was lost halves the budget, a named one too, down to the least that is useful', () => {
  const lessened = halved({ bytes: 2e9, reason: 'it was asked for' });
  expect(lessened).toMatchObject({ bytes: 1e9, reason: expect.stringContaining('2.00 GB') });
  const needs = memoryNeeds(machine(NVIDIA), { ...FULL, named: 2e9, lessened });
  expect(needs).toMatchObject({ budget: lessened, isNamed: false });
  expect(halved({ bytes: MIN_MEMORY_BYTES, reason: '' }).bytes).toBe(MIN_MEMORY_BYTES);
});
