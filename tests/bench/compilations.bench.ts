/**
 * `npm run bench:compilations`: compiles the same text many times. It prints the rates, how many are far below the
 * others, and what `harness/rig/compilations.ts` makes of them: how often it takes a third compilation, and which rate
 * it keeps.
 */

import { median } from 'simple-statistics';
import { expect, test } from 'vitest';
import { testHost } from '#host';
import { firstLookMs } from '../../harness/clock/first-look.ts';
import { queueDrainClock } from '../../harness/clock/queue-drain.ts';
import { openGpu } from '../../harness/device/device.ts';
import { createFiller } from '../../harness/device/memory.ts';
import { createMemory } from '../../harness/device/pools.ts';
import { compile } from '../../harness/device/program.ts';
import { fastestAgree, MAX_COMPILATIONS } from '../../harness/rig/compilations.ts';
import { prepare } from '../../harness/sampling/prepared.ts';
import { KERNELS } from '../../shaders/registry.ts';

const COMPILATIONS = 72;
const BYTES = 16 * 2 ** 20;
const POOL_BYTES = 2 ** 29;
/** The longest region, in ms: long enough that other work on the machine shows little. */
const REGION_MS = 200;
/** A compilation below this share of the median rate is slow. */
const SLOW = 0.55;

test('compilations of stream-read', { timeout: 600_000 }, async () => {
  const host = await testHost();
  const gpu = await openGpu(host);
  const filler = await createFiller(gpu, KERNELS.fill);
  const memory = await createMemory(gpu, filler, { poolBytes: POOL_BYTES, seed: 1 });
  const clock = queueDrainClock(host, gpu);
  const kernel = KERNELS.ceiling;
  const kernelCase = { kernel, variant: 'portable', params: { bytes: BYTES }, tuning: kernel.defaults };
  const prepared = [];
  for (let i = 0; i < COMPILATIONS; i++) {
    const program = await compile(gpu, kernelCase, i);
    prepared.push(await prepare({ gpu, filler, memory, seed: 1, kernelCase, program }));
  }
  // Each is timed twice, far apart in time: one that is slow both times is slow for a reason of its own.
  const looks: number[][] = [];
  for (let nth = 0; nth < 2; nth++) {
    const rates: number[] = [];
    for (const one of prepared) {
      rates.push(BYTES / (await firstLookMs(clock, one, { regionMs: REGION_MS })) / 1e6);
    }
    looks.push(rates);
  }
  const fastest = prepared.map((_, i) => Math.max(...looks.map((rates) => rates[i] ?? 0)));
  console.log(
    `${gpu.info.description || gpu.info.device}: GB/s of ${COMPILATIONS} compilations, the faster of two looks`,
  );
  console.log(
    [...fastest]
      .sort((a, b) => a - b)
      .map((rate) => rate.toPrecision(3))
      .join(' '),
  );
  const below = (rates: readonly number[]) => rates.filter((rate) => rate < SLOW * median(fastest)).length;
  console.log(`${below(fastest)} of ${COMPILATIONS} below ${SLOW} of the median`);
  // The first looks are taken as those of cases, one after another.
  const [looks1 = []] = looks;
  const cases = Array.from({ length: COMPILATIONS / MAX_COMPILATIONS }, (_, i) =>
    looks1.slice(MAX_COMPILATIONS * i, MAX_COMPILATIONS * (i + 1)),
  );
  const kept = cases.map((rates) => {
    const two = rates.slice(0, 2);
    return fastestAgree(two.map((rate) => ({ dispatchMs: 1 / rate }))) ? two : rates;
  });
  const all = kept.flat().length;
  console.log(
    `as ${cases.length} cases: ${all} compilations instead of ${looks1.length}, ${below(kept.map((rates) => Math.max(...rates)))} cases left with slow code (of three each: ${below(cases.map((rates) => Math.max(...rates)))})`,
  );
  expect(fastest).toHaveLength(COMPILATIONS);
});
