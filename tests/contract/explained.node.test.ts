/** Decode steps that are explained, on this project's adapter. */

import { expect, test } from 'vitest';
import { testHost } from '#host';
import { chainWith, chainWithEmpty, stepKernels } from '../../harness/decode/additions.ts';
import { type Chain, createDecoder } from '../../harness/decode/decoder.ts';
import { checked, openGpu } from '../../harness/device/device.ts';
import { createFiller } from '../../harness/device/memory.ts';
import { isTimedStep } from '../../results/derived/decode.ts';
import { explanationOf } from '../../results/derived/explained.ts';
import { PARTS } from '../../results/derived/step-parts.ts';
import { checkRecord } from '../../results/record/check.ts';
import type { RecordBody } from '../../results/record/schema.ts';
import { EMPTY, KERNEL_FOLDERS, KERNELS } from '../../shaders/registry.ts';
import { explainedLines } from '../../src/cli/text/explained.ts';
import { type Model, repeat } from '../../src/model/models/model.ts';
import { allIn } from '../../src/model/models/tensors.ts';
import { decodeTasks } from '../../src/model/request/tasks.ts';
import { stepOf } from '../../src/model/step/step.ts';
import { BRIEF, finish } from '../support/engine.ts';
import { ALL } from '../support/tier.ts';

const STEPS = 3;

const SMALL: Model = {
  ...{ id: 'small', name: 'Small', hidden: 256, vocabulary: 1024, tied: true, source: 'made for this test' },
  layers: repeat(3, {
    attention: { kind: 'grouped', queryHeads: 4, kvHeads: 2, headDim: 64 },
    mlp: { kind: 'dense', ffn: 512 },
  }),
};

test('a step with dispatches added leaves the results that it leaves without', async () => {
  const gpu = await openGpu(await testHost());
  const filler = await createFiller(gpu, KERNELS.fill);
  const step = stepOf(SMALL, { formats: allIn('int4-g32'), kv: 'f16', batch: 1, context: 64, maxSteps: STEPS });
  const decoder = await createDecoder({ gpu, filler, kernels: KERNEL_FOLDERS, step, seed: 7 });
  const resultsOf = (chain?: Chain) =>
    checked(gpu.device, async () => {
      decoder.begin(STEPS);
      for (const encode of decoder.encode(STEPS, 1, chain)) {
        const encoder = gpu.device.createCommandEncoder();
        const pass = encoder.beginComputePass();
        encode(pass);
        pass.end();
        gpu.device.queue.submit([encoder.finish()]);
      }
      return [...(await decoder.read('logits')), ...(await decoder.read('tokens'))];
    });
  const plain = await resultsOf();
  expect(await resultsOf(await decoder.chain(chainWithEmpty(KERNEL_FOLDERS, step, EMPTY)))).toEqual(plain);
  for (const kernel of stepKernels(KERNEL_FOLDERS, step)) {
    for (const way of ['whole', 'half', 'unread'] as const) {
      if (way === 'half' && kernel.workgroups === 1) continue;
      const chain = await decoder.chain(chainWith(KERNEL_FOLDERS, step, kernel, way, 2));
      const of = `${kernel.operation.kernel} ${way}`;
      expect({ of, results: await resultsOf(chain) }).toEqual({ of, results: plain });
    }
  }
  decoder.destroy();
});

test.runIf(ALL)(
  'a run explains a step where it is asked to: the parts add up to the step, in a record that passes its check',
  async () => {
    const sweep = { weights: ['int4-g32'], kv: ['f16'], contexts: [64], batches: [1] };
    const kept: RecordBody[] = [];
    const { record } = await finish(await testHost(), {
      kernels: { ...KERNELS, measured: [KERNELS.ceiling] },
      profile: { ...BRIEF, measureMs: 2000, minRounds: 3 },
      decode: {
        ...{ kernels: KERNEL_FOLDERS, budgetBytes: 64 * 2 ** 20, explain: EMPTY },
        tasks: (room) => decodeTasks([SMALL], sweep, room),
      },
      keep: (body) => void kept.push(body()),
    });
    expect(checkRecord(JSON.parse(JSON.stringify(record)))).toMatchObject({ ok: true });
    const [step] = record.decode ?? [];
    if (!step || !isTimedStep(step)) throw new Error(`the step was not measured: ${JSON.stringify(step)}`);
    if (step.explained?.status !== 'measured')
      throw new Error(`it was not explained: ${JSON.stringify(step.explained)}`);
    const { kernels, empty } = step.explained;
    // The step is kept before it is explained, with the figure that it has in the end.
    const before = kept.flatMap(({ decode = [] }) => decode.filter(isTimedStep))[0];
    expect(before).toEqual({
      ...step,
      explained: { status: 'skipped', reason: expect.stringMatching(/^the run ended/) },
    });
    expect(empty.added).toBe(step.dispatches);
    expect(kernels.reduce((sum, { dispatches }) => sum + dispatches, 0)).toBe(step.dispatches);
    // What has one workgroup alone cannot be halved.
    for (const { workgroups, half } of kernels) expect(half === undefined).toBe(workgroups === 1);
    const found = explanationOf(step, record);
    if (!found) throw new Error('nothing follows from the times');
    const sum = PARTS.reduce((total, id) => total + (found.parts[id]?.value ?? 0), 0);
    expect(sum).toBeCloseTo(found.stepMs.value, 9);
    for (const { ms, parts } of found.kernels) {
      expect(PARTS.reduce((total, id) => total + (parts[id]?.value ?? 0), 0)).toBeCloseTo(ms.value, 9);
    }
    expect(explainedLines(record).join('\n')).toMatch(
      /where the time of a step goes: small, int4-g32, f16 KV, batch 1, context 64; /,
    );
  },
);
