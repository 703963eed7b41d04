/**
 * Tests the content of the store, which is the same on both hosts. src/cli/hosts/tunings.test.ts and
 * tests/e2e/terminal/tuning.test.ts test how they keep it.
 */

import { describe, expect, test } from 'vitest';
import type { AdapterInfo, HostInfo } from '../../results/record/schema.ts';
import { KERNELS } from '../../shaders/registry.ts';
import { type MachineTunings, machineTunings, standing, type Tuned, withTuned } from './store.ts';

const kernel = KERNELS.ceiling;
const at = '2026-01-01T00:00:00.000Z';
const adapter = { vendor: 'maker', architecture: '', device: '', description: 'a part' } as Partial<AdapterInfo>;
const host: HostInfo = { kind: 'browser', brand: 'Chromium', majorVersion: 144, platform: 'Linux' };
const machine = { adapter: adapter as AdapterInfo, host };

const tuned = (bytes: number, loadsInFlight: number): Tuned => ({
  kernel: kernel.id,
  variant: 'portable',
  params: { bytes },
  tuning: { ...kernel.defaults, loadsInFlight },
  evidence: { tried: 2, possible: 15, unfit: [], candidate: null, speedup: null, samples: [] },
});

const keep = (kept: MachineTunings | undefined, ...all: Tuned[]) =>
  withTuned(kept, { ...machine, kernels: [kernel], tuned: all, at });

test('a winner replaces the older one of its problem, and those of other problems stay', () => {
  const kept = keep(keep(undefined, tuned(1024, 4), tuned(4096, 2)), tuned(1024, 16));
  expect(standing(kept, [kernel])).toEqual([tuned(4096, 2), tuned(1024, 16)]);
  expect(kept).toMatchObject({ adapter: 'maker · a part', host: 'Chromium 144 on Linux' });
  expect(kept.winners.map((w) => w.at)).toEqual([at, at]);
});

test('winners of changed kernels are ignored, and replaced', () => {
  const kept = keep(undefined, tuned(1024, 4));
  const changed = { ...kernel, wgsl: () => '// another' };
  expect(standing(kept, [changed])).toEqual([]);
  const anew = withTuned(kept, { ...machine, kernels: [changed], tuned: [tuned(4096, 2)], at });
  expect(anew.winners.map((w) => w.params.bytes)).toEqual([4096]);
});

describe('the schema', () => {
  const kept = keep(undefined, tuned(1024, 4));
  const [winner] = kept.winners;
  test.each([
    ['an unknown key', { ...kept, more: 1 }],
    ['a tuning in words', { ...kept, winners: [{ ...winner, tuning: { loadsInFlight: 'many' } }] }],
    ['no digest', { ...kept, winners: [{ ...winner, kernelDigest: 'x' }] }],
    ['no date', { ...kept, winners: [{ ...winner, at: 'yesterday' }] }],
    ['nothing', undefined],
  ])('refuses %s', (_, value) => {
    expect(machineTunings.safeParse(value).success).toBe(false);
  });

  test('accepts what was written, and leaves it unchanged', () => {
    expect(machineTunings.parse(JSON.parse(JSON.stringify(kept)))).toEqual(kept);
  });
});
