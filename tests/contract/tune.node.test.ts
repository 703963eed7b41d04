/** Tuning on this project's adapter: what it chooses is right, and a wrong candidate is never chosen. */

import { expect, test } from 'vitest';
import { testHost } from '#host';
import { openGpu } from '../../harness/device/device.ts';
import { createFiller } from '../../harness/device/memory.ts';
import { PROFILES, type Profile } from '../../harness/profiles.ts';
import { verifyExamples } from '../../harness/sampling/verify.ts';
import type { TuneEvent } from '../../harness/tuning/events.ts';
import { MIN_GAIN } from '../../harness/tuning/race.ts';
import { type TuneSessionOptions, tuneKernels } from '../../harness/tuning/session.ts';
import type { Tuned } from '../../harness/tuning/store.ts';

import { tuningFrom } from '../../harness/tuning/winners.ts';
import type { Kernel } from '../../shaders/kernel.ts';
import { KERNELS } from '../../shaders/registry.ts';

const BRIEF: Profile = {
  ...PROFILES.kernels,
  regionMs: 10,
  warmUpMs: 100,
  poolBytes: 64 * 2 ** 20,
  largestBytes: 2 ** 18,
  smallestBytes: 2 ** 16,
};

/** Returns few values of each tunable, since software adapters compile slowly. */
const tunables = (workgroupSize: number[], loadsInFlight: number[]) => ({
  workgroupSize,
  loadsInFlight,
  loadsPerThread: [64],
  walk: [0],
});
const ceiling: Kernel = { ...KERNELS.ceiling, tunable: tunables([64, 256], [4, 8]) };

const DEFAULTS: TuneSessionOptions = {
  kernels: { ...KERNELS, measured: [ceiling] },
  profile: BRIEF,
  seed: 1,
  budgetMs: 4000,
  known: () => [],
  signal: { aborted: false },
};

async function session(kernel: Kernel, options: Partial<TuneSessionOptions> = {}): Promise<TuneEvent[]> {
  const events: TuneEvent[] = [];
  const kernels = { ...KERNELS, measured: [kernel] };
  for await (const event of tuneKernels(await testHost(), { ...DEFAULTS, kernels, ...options })) events.push(event);
  return events;
}

const tunedOf = (events: readonly TuneEvent[]): Tuned[] => events.flatMap((e) => (e.type === 'tuned' ? [e.tuned] : []));

test('one problem within a small budget: the choice is right, one of the kernel’s, and has its evidence', async () => {
  const [tuned] = tunedOf(await session(ceiling));
  if (!tuned) throw new Error('nothing was tuned');
  const { evidence, params, tuning, variant } = tuned;
  expect(tuned.kernel).toBe(ceiling.id);
  expect(tuningFrom([tuned])(ceiling, variant, params)).toEqual(tuning);
  expect(evidence.tried).toBeGreaterThan(1);
  expect(evidence.possible).toBe(4);
  expect(evidence.unfit).toEqual([]);
  // The defaults are kept unless a whole interval speaks against them.
  const beaten = evidence.speedup?.ci95 && evidence.speedup.ci95[0] > MIN_GAIN;
  expect(tuning).toEqual(beaten ? evidence.candidate : ceiling.defaults);
  // A busy machine has rounds in which the clock gives nothing. They are left out.
  if (evidence.speedup) expect(evidence.samples.length).toBeGreaterThan(0);

  const gpu = await openGpu(await testHost());
  const { wrong } = await verifyExamples(gpu, await createFiller(gpu, KERNELS.fill), { ...tuned, kernel: ceiling });
  expect(wrong).toBeUndefined();
});

/** A kernel that is fast because it skips work: with `loadsInFlight` 4 a workgroup ends half-way. */
const cheat: Kernel = {
  ...ceiling,
  tunable: tunables([256], [4, 8]),
  constants: (p, t, variant) => {
    const constants = ceiling.constants(p, t, variant);
    return t.loadsInFlight === 4 ? { ...constants, GROUP_REACH: (constants.GROUP_REACH ?? 0) / 2 } : constants;
  },
};

test('a wrong candidate is never chosen, however fast, and is listed with its fault', async () => {
  const [tuned] = tunedOf(await session(cheat));
  expect(tuned?.tuning).toEqual(ceiling.defaults);
  expect(tuned?.evidence.unfit).toMatchObject([{ tuning: { loadsInFlight: 4 }, kind: 'wrong' }]);
});

test('a candidate that does not compile is listed as failed, with the reason', async () => {
  const kernel: Kernel = { ...ceiling, tunable: tunables([256, 2 ** 20], [8]) };
  const [tuned] = tunedOf(await session(kernel));
  expect(tuned?.tuning).toEqual(ceiling.defaults);
  expect(tuned?.evidence.unfit).toMatchObject([{ tuning: { workgroupSize: 2 ** 20 }, kind: 'failed' }]);
  expect(tuned?.evidence.unfit[0]?.reason).not.toBe('');
});

test('if the defaults are wrong there is nothing to beat: the problem has a fault', async () => {
  const kernel: Kernel = { ...cheat, defaults: { ...ceiling.defaults, loadsInFlight: 4 } };
  const events = await session(kernel);
  expect(tunedOf(events)).toEqual([]);
  expect(events.at(-1)).toMatchObject({ type: 'untuned', fault: true, reason: expect.stringContaining('wrong') });
});

test('without time a problem is untuned, and has no fault', async () => {
  expect((await session(ceiling, { budgetMs: 1 })).at(-1)).toMatchObject({ type: 'untuned', fault: false });
});

test('if tuning is cancelled before the defaults have met a rival, the problem is untuned', async () => {
  const signal = { aborted: false };
  const events: TuneEvent[] = [];
  for await (const event of tuneKernels(await testHost(), { ...DEFAULTS, signal })) {
    events.push(event);
    if (event.type === 'progress' && event.detail.startsWith('1 of')) signal.aborted = true;
  }
  expect(events.at(-1)).toMatchObject({ type: 'untuned', fault: false, reason: 'cancelled' });
});
