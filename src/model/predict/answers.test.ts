import { describe, expect, test } from 'vitest';
import { weightBytesHeld } from '../models/accounting.ts';
import { modelById } from '../models/predicted.ts';
import { allIn, tensorsIn } from '../models/tensors.ts';
import { costAt, draftedAt, requestAt } from './answers.ts';
import { machineOfSpec } from './machine-of-spec.ts';
import { type Machine, predict, type Served, timeOf } from './predict.ts';

const servedAs = (id: string, weights = 'f16'): Served => {
  const model = modelById(id);
  return { model, tensors: tensorsIn(model, allIn(weights)), weights, kv: 'f16' };
};

const LLAMA = servedAs('llama-3.1-8b');
const H100 = machineOfSpec({ gbps: 3350, memoryGB: 85, tflops: 989 });

test('2,000 tokens into an 8B model on an H100: compute binds, as in 2 · 7e9 · 2,000 / 989e12', () => {
  const prediction = predict(LLAMA, H100, { context: 2100, batch: 1 });
  const request = requestAt(LLAMA, H100, prediction, 2000);
  // The head and the embedding are left out; attention comes on top.
  expect(request?.firstTokenMs).toBeGreaterThan((2 * 6.9e9 * 2000) / 989e9);
  expect(request?.firstTokenMs).toBeLessThan(1.05 * ((2 * 7e9 * 2000) / 989e9));
  const steps = 99 * timeOf(LLAMA, H100, { context: 2050, batch: 1 }).seconds;
  expect((request?.totalMs ?? 0) - (request?.firstTokenMs ?? 0)).toBeCloseTo(1000 * steps, 1);
  expect(request?.outputTokens).toBe(100);
});

test('drafts by a small model make a large one faster; where both do not fit, there is no speed', () => {
  const large = servedAs('llama-3.1-70b', 'int8');
  const how = { drafted: 4, accepted: 0.7 };
  const point = { context: 1000, batch: 1 };
  const { speedUp } = draftedAt(large, H100, point, servedAs('llama-3.2-1b'), how);
  expect(speedUp).toBeGreaterThan(1.8);
  expect(speedUp).toBeLessThan(2.773);
  const small = machineOfSpec({ gbps: 3350, memoryGB: 75 });
  expect(draftedAt(large, small, point, servedAs('llama-3.1-8b'), how).speedUp).toBeNull();
});

test('what is not known of a cost is null', () => {
  expect(costAt(100, { watts: 700 })).toMatchObject({ joulesPerToken: 7, dollarsPerMillionTokens: null });
  expect(costAt(1000, { dollarsPerHour: 3.6 }).dollarsPerMillionTokens).toBeCloseTo(1, 12);
  expect(costAt(1000, { watts: 700 }).expected).toBeNull();
  expect(costAt(1000, { watts: 700 }, { tokensPerSecond: null, interval: null }).expected).toBeNull();
});

test('an expected speed below the bound costs more, and the highest of its interval least', () => {
  const { joulesPerToken, expected } = costAt(
    200,
    { watts: 400, dollarsPerHour: 3.6 },
    { tokensPerSecond: 100, interval: [50, 160] },
  );
  expect(joulesPerToken).toBe(2);
  expect(expected).toMatchObject({ joulesPerToken: 4, joulesInterval: [2.5, 8] });
  expect(expected?.dollarsPerMillionTokens).toBeCloseTo(10, 12);
  expect(expected?.dollarsInterval).toEqual([expect.closeTo(6.25, 12), expect.closeTo(20, 12)]);
  expect(
    costAt(200, { watts: 400 }, { tokensPerSecond: 100, interval: [50, 160] }).expected?.dollarsInterval,
  ).toBeNull();
});

test('two GPUs by tensor parallelism hold a model that one does not, and a link takes its time', () => {
  const served = servedAs('llama-3.1-70b');
  const link = { seconds: 1e-5, bytesPerSecond: 450e9 };
  const two = { ...H100, gpus: { count: 2, split: 'tensor', link } } as const;
  const point = { context: 4096, batch: 1 };
  expect(predict(served, H100, point).fits).toBe(false);
  const { fits, terms, stepMs } = predict(served, two, point);
  expect(fits).toBe(true);
  expect(terms?.linksMs).toBeGreaterThan(1.6);
  expect(stepMs).toBeCloseTo((terms?.linksMs ?? 0) + (terms?.weightsMs ?? 0) + (terms?.kvMs ?? 0), 9);
});

test('experts in the CPU’s memory: it fits, and the step waits for what is read there', () => {
  const served = servedAs('qwen3-30b-a3b', 'int8');
  const machine = machineOfSpec({ gbps: 1008, memoryGB: 24 });
  const point = { context: 4096, batch: 1 };
  expect(predict(served, machine, point).fits).toBe(false);
  const { fits, bound, terms } = predict(served, { ...machine, offloadBytesPerSecond: 60e9 }, point);
  expect([fits, bound]).toEqual([true, 'offload']);
  expect(terms?.offloadMs).toBeGreaterThan(terms?.weightsMs ?? 0);
});

describe('a prompt whose weights lie in the CPU’s memory in part', () => {
  const offload = (gbps: number) => ({
    ...machineOfSpec({ gbps: 1792, memoryGB: 32, tflops: 1e6 }),
    offloadBytesPerSecond: gbps * 1e9,
  });
  const firstMsOf = (served: Served, machine: Machine, prompt: number): number =>
    requestAt(served, machine, predict(served, machine, { context: prompt + 1, batch: 1 }), prompt)?.firstTokenMs ??
    Number.NaN;

  test.each(['llama-3.1-70b', 'qwen3-235b-a22b'])('%s: one token takes as long as a step', (id) => {
    const served = servedAs(id, 'int4-g32');
    const step = 1000 * timeOf(served, offload(64), { context: 1, batch: 1 }).seconds;
    const first = firstMsOf(served, offload(64), 1);
    // A prompt writes its cache before it reads it.
    expect(first).toBeGreaterThanOrEqual(step);
    expect(first).toBeLessThan(1.001 * step);
  });

  test('experts of which many tokens pick all are all read, whatever the GPU computes', () => {
    const served = servedAs('qwen3-235b-a22b', 'int4-g32');
    const bytes = weightBytesHeld(served.tensors) - 32e9;
    expect(firstMsOf(served, offload(64), 1000)).toBeGreaterThan((1000 * bytes) / 64e9);
    expect(firstMsOf(served, offload(128), 1000)).toBeLessThan(0.6 * firstMsOf(served, offload(64), 1000));
  });

  test('what fits the GPU is not read elsewhere, however slow that is', () => {
    const served = servedAs('llama-3.1-8b', 'int4-g32');
    expect(firstMsOf(served, offload(0.1), 1000)).toBe(
      firstMsOf(served, machineOfSpec({ gbps: 1792, memoryGB: 32, tflops: 1e6 }), 1000),
    );
  });
});
