/**
 * `npm run bench:ways`: the ways of one decode step over the same weights, in turn: activations in f32, with norms and
 * without; in bytes behind norms; and all in bytes. It prints the time of a step and its ratio to f32, with the quartiles of the rounds.
 * `HBMARK_WEIGHTS` names the format. Default: int4-g32
 */

import { medianSorted, quantileSorted } from 'simple-statistics';
import { expect, test } from 'vitest';
import { testHost } from '#host';
import { queueDrainClock } from '../../harness/clock/queue-drain.ts';
import { createDecoder, type Decoder } from '../../harness/decode/decoder.ts';
import { stepFirstLookMs, stepsOf } from '../../harness/decode/step-run.ts';
import { openGpu } from '../../harness/device/device.ts';
import { createFiller } from '../../harness/device/memory.ts';
import { isSoftware } from '../../results/machine/identity.ts';
import { randomSource, shuffled } from '../../results/statistics.ts';
import { KERNEL_FOLDERS, KERNELS } from '../../shaders/registry.ts';
import { modelOfCase } from '../../src/model/models/index.ts';
import { allIn } from '../../src/model/models/tensors.ts';
import { stepOf } from '../../src/model/step/step.ts';
import { waysOf } from '../../src/model/step/ways.ts';

const MODEL = 'smollm2-135m';
const WEIGHTS = process.env.HBMARK_WEIGHTS ?? 'int4-g32';
const ROUNDS = 9;
const REGION_MS = 400;
/** The steps by which the CPU's time is found. */
const STEPS = 4;

test('the ways of a decode step', { timeout: 900_000 }, async () => {
  const host = await testHost();
  const gpu = await openGpu(host);
  const filler = await createFiller(gpu, KERNELS.fill);
  const clock = await queueDrainClock(host, gpu);
  const model = modelOfCase(MODEL);
  if (!model) throw new Error(`there is no ${MODEL}`);
  const options = { formats: allIn(WEIGHTS), kv: 'f16', batch: 1, context: 256, maxSteps: 64 };
  const shared = { gpu, filler, kernels: KERNEL_FOLDERS, seed: 7 };
  const first = await createDecoder({ ...shared, step: stepOf(model, options) });
  const decoders = new Map<string, Decoder>([['f32', first]]);
  for (const { activations, make } of waysOf(model, options)) {
    decoders.set(activations, await createDecoder({ ...shared, step: make(), over: first }));
  }
  const msOf = async (decoder: Decoder): Promise<number> => {
    if (!isSoftware(gpu.info)) return stepFirstLookMs(clock, decoder, REGION_MS);
    const work = stepsOf(decoder);
    // The first steps compile.
    await clock.time(1, work.encode(1));
    const before = process.cpuUsage();
    await clock.time(STEPS, work.encode(STEPS));
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000 / STEPS;
  };
  const times = new Map([...decoders.keys()].map((way) => [way, [] as number[]]));
  const random = randomSource(1);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [way, decoder] of shuffled([...decoders], random)) {
      times.get(way)?.push(await msOf(decoder));
    }
  }
  console.log(`${gpu.info.description}, ${MODEL} in ${WEIGHTS}, ${ROUNDS} rounds`);
  for (const [way, all] of times) {
    const ratios = all.map((ms, round) => ms / (times.get('f32')?.[round] ?? Number.NaN)).sort((a, b) => a - b);
    const ms = medianSorted([...all].sort((a, b) => a - b));
    const quartiles = [0.25, 0.75].map((p) => quantileSorted(ratios, p).toFixed(2)).join(' – ');
    console.log(`${way} | ${ms.toFixed(1)} ms | ${medianSorted(ratios).toFixed(3)} of f32 (${quartiles})`);
  }
  expect([...times.values()].flat().every((ms) => ms > 0)).toBe(true);
  for (const decoder of [...decoders.values()].reverse()) decoder.destroy();
});
