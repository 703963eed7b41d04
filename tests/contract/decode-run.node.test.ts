/** Decode steps in a run on this project's adapter, from the request to a record that passes its check. */

import { expect, test } from 'vitest';
import { testHost } from '#host';
import type { DecodeOptions, DecodeTask } from '../../harness/decode/tasks.ts';
import type { GrowthLog } from '../../harness/rig/growth.ts';
import { isTimedStep, stepFigures } from '../../results/derived/decode.ts';
import { dispatchMs } from '../../results/derived/derive.ts';
import { checkRecord } from '../../results/record/check.ts';
import type { DecodeMeasured, RunRecord } from '../../results/record/schema.ts';
import { NOT_REACHED } from '../../results/record/unfinished.ts';
import { KERNEL_FOLDERS, KERNELS } from '../../shaders/registry.ts';
import { weightBytesRead } from '../../src/model/models/accounting.ts';
import { type Model, repeat } from '../../src/model/models/model.ts';
import { modelById } from '../../src/model/models/predicted.ts';
import { allIn, tensorsIn } from '../../src/model/models/tensors.ts';
import type { DecodeSweep } from '../../src/model/request/sweep.ts';
import { decodeTasks } from '../../src/model/request/tasks.ts';
import { BRIEF, finish } from '../support/engine.ts';
import { ALL } from '../support/tier.ts';

const TINY: Model = {
  ...{ id: 'tiny', name: 'Tiny', hidden: 64, vocabulary: 256, tied: true, source: 'made for this test' },
  layers: repeat(3, {
    attention: { kind: 'grouped', queryHeads: 1, kvHeads: 1, headDim: 64 },
    mlp: { kind: 'dense', ffn: 64 },
  }),
};

const models = [TINY, modelById('llama-3.1-8b'), modelById('deepseek-v3')];
const sweep: DecodeSweep = { weights: ['f32'], kv: ['f16'], contexts: [20], batches: [1] };
const decodeOf = (tasks: DecodeOptions['tasks']): DecodeOptions => ({
  ...{ kernels: KERNEL_FOLDERS, tasks, budgetBytes: 64 * 2 ** 20 },
});
const decode = decodeOf((room) => decodeTasks(models, sweep, room));
/** Returns some of those tasks. */
const some = (from: number, to?: number) => decodeOf((room) => decode.tasks(room).slice(from, to));
const options = {
  kernels: { ...KERNELS, measured: [KERNELS.ceiling] },
  profile: { ...BRIEF, measureMs: 2000, minRounds: 3 },
  decode,
};

test('a run measures the steps that were asked for after its kernels; a step that cannot run has its reason', async () => {
  const begun: { bytes: number; grownBytes: number }[] = [];
  const ended: number[] = [];
  const growthLog: GrowthLog = {
    begins: (bytes, grownBytes) => void begun.push({ bytes, grownBytes }),
    ended: (grownBytes) => void ended.push(grownBytes),
  };
  const { record, events } = await finish(await testHost(), { ...options, growthLog });
  expect(checkRecord(JSON.parse(JSON.stringify(record)))).toMatchObject({ ok: true });
  const [tiny, llama, deepseek] = record.decode ?? [];
  if (!tiny || !isTimedStep(tiny)) throw new Error(`tiny was not measured: ${JSON.stringify(tiny)}`);
  expect(tiny.case).toEqual({ model: 'tiny', weights: 'f32', kv: 'f16', batch: 1, context: 20 });
  expect(tiny).toMatchObject({ layers: { distinct: 3, total: 3 }, dispatches: 30 });
  // The memory of the one step that runs was in the log before it was taken, and the log ended once it was filled.
  const [room, taken] = begun.slice(-2);
  expect(taken?.grownBytes).toBe((room?.bytes ?? 0) - (room?.grownBytes ?? 0));
  // Outputs have some slack each beside what is noted.
  const noted = ((taken?.bytes ?? 0) - (taken?.grownBytes ?? 0)) / tiny.residentBytes;
  expect(noted).toBeGreaterThan(0.98);
  expect(noted).toBeLessThanOrEqual(1);
  expect(ended.slice(-2)).toEqual([room?.bytes, taken?.bytes]);
  expect(tiny.work.bytesRead).toBeGreaterThan(weightBytesRead(tensorsIn(TINY, allIn('f32')), 1));
  expect(tiny.verification.shapes).toBeGreaterThan(20);
  const figures = stepFigures(tiny, record.clock.trusted);
  // Beside other programs, the noise of so small a step may be larger than its time.
  const { value: ms = 0 } = dispatchMs(tiny.samples, record.clock.trusted) ?? {};
  expect(figures === undefined).toBe(ms <= 0);
  if (figures) expect(figures.tokensPerSecond.value).toBeCloseTo(1000 / ms, 9);
  expect(llama).toMatchObject({
    status: 'skipped',
    reason: expect.stringMatching(/^(the budget, 67\.1 MB, must hold|a buffer may take)/),
  });
  expect(deepseek?.status).toBe('skipped');
  // The ceiling came first, and each step has an event as soon as it was measured.
  const order = events.map(({ type }) => type);
  expect(order.indexOf('decode')).toBeGreaterThan(order.lastIndexOf('measurement'));
  expect(order.filter((type) => type === 'decode')).toHaveLength(3);
});

test('a run that was cancelled before its steps is resumed, and comes to them then', async () => {
  // None of these fits, so that nothing has to be timed here.
  const ended = { ...options, decode: some(1) };
  const signal = { aborted: false };
  const { record: before } = await finish(await testHost(), { ...ended, signal }, (event) => {
    if (event.type === 'measurement') signal.aborted = true;
  });
  const reasons = (of: RunRecord) => of.decode?.map((m) => m.status === 'skipped' && m.reason);
  expect(reasons(before)).toEqual([NOT_REACHED, NOT_REACHED]);
  const { record } = await finish(await testHost(), { ...ended, resume: before });
  expect(reasons(record)).toEqual([expect.stringMatching(/must hold/), expect.stringMatching(/must hold/)]);
  await expect(finish(await testHost(), { ...options, decode: some(2), resume: before })).rejects.toMatchObject({
    code: 'unusable-options',
    message: expect.stringContaining('decode steps'),
  });
});

test.runIf(ALL)(
  'a claim’s step has all its layers within its cap or is left out, as it is if its bytes would take too long',
  async () => {
    const asExperiment = (task: DecodeTask, memoryBytes?: number): DecodeTask => ({
      ...task,
      case: { ...task.case, experiment: true, ...(memoryBytes !== undefined && { memoryBytes }) },
    });
    const experiments = {
      ...{ intervalWidth: 0.1, minRounds: 3, regionMs: 20 },
      ...{ stepBudgetMs: 100, guaranteedRounds: 3, maxStepMs: 1000, maxBytesMs: 1e-9 },
    };
    const { record } = await finish(await testHost(), {
      ...options,
      profile: { ...options.profile, experiments },
      decode: decodeOf((room) =>
        some(0, 1)
          .tasks(room)
          .flatMap((task) => [asExperiment(task, 2 ** 18), asExperiment(task)]),
      ),
    });
    expect(record.decode).toMatchObject([
      { status: 'skipped', case: { memoryBytes: 2 ** 18 }, reason: expect.stringMatching(/hold 3 of 3 layers/) },
      { status: 'skipped', reason: expect.stringMatching(/no longer than 1e-9 ms at the read ceiling; these take/) },
    ]);
  },
);

test('the longest context that fits is measured with all layers; the steps that a profile chooses end with its time', async () => {
  const sweeps: DecodeSweep[] = [
    { ...sweep, contexts: ['max'] },
    { ...sweep, contexts: [16, 20, 24], ofProfile: true },
  ];
  const { record } = await finish(await testHost(), {
    ...options,
    profile: { ...options.profile, sweepMs: 1 },
    decode: { ...decodeOf((room) => sweeps.flatMap((one) => decodeTasks([TINY], one, room))), budgetBytes: 2 ** 20 },
  });
  const [most, first, ...others] = record.decode ?? [];
  expect(most).toMatchObject({ status: 'measured', case: { batch: 1 }, layers: { distinct: 3, total: 3 } });
  // The step takes all of the budget, except for less than a few positions and the slack of each buffer.
  expect((most as DecodeMeasured).residentBytes / 2 ** 20).toBeCloseTo(1, 1);
  expect(first).toMatchObject({ status: 'measured', case: { context: 16 } });
  expect(others).toMatchObject([
    { status: 'skipped', case: { context: 20 }, reason: expect.stringMatching(/were spent before this one; name its/) },
    { status: 'skipped', case: { context: 24 } },
  ]);
});
