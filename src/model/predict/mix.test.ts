import { describe, expect, test } from 'vitest';
import { quantisedTensors } from '../files/quantisations.ts';
import { kvBytesHeld, weightBytesHeld } from '../models/accounting.ts';
import { modelById } from '../models/predicted.ts';
import { allIn, tensorsIn } from '../models/tensors.ts';
import { machineOfSpec } from './machine-of-spec.ts';
import { mixedPoint, predict, type Served } from './predict.ts';
import { batchAtSpeed } from './users.ts';

const model = modelById('llama-3.1-8b');
const served: Served = { model, tensors: quantisedTensors(model, 'Q4_K_M'), weights: 'Q4_K_M', kv: 'f16' };
const machine = machineOfSpec({ gbps: 1000, memoryGB: 24 });
const MIX = [
  { context: 512, share: 0.5 },
  { context: 8192, share: 0.4 },
  { context: 32_768, share: 0.1 },
];

describe('a batch of mixed lengths', () => {
  test('takes the time, the bytes and the memory of a formula written by hand', () => {
    const row = predict(served, machine, mixedPoint(MIX, 16));
    // Two of 32 layers × 8 heads × 128 values of 2 bytes, for each position of each sequence.
    const perPosition = 2 * 32 * 8 * 128 * 2;
    const perSequence = perPosition * (0.5 * 512 + 0.4 * 8192 + 0.1 * 32_768);
    expect(row.kvBytes).toBeCloseTo(16 * perSequence, 0);
    expect(row.kvBytesHeld).toBeCloseTo(16 * perSequence, 0);
    expect(row.stepMs).toBeCloseTo((1000 * (row.weightBytes + 16 * perSequence)) / 1000e9, 9);
    expect(row.tokensPerSecond).toBeCloseTo((16 * 1000e9) / (row.weightBytes + 16 * perSequence), 6);
    expect(row.maxBatch).toBe(Math.floor((24e9 - weightBytesHeld(served.tensors)) / perSequence));
    expect(row.context).toBe(Math.round(0.5 * 512 + 0.4 * 8192 + 0.1 * 32_768));
    expect(row.mix).toEqual(MIX);
    expect(row.full?.tokensPerSecond).toBeGreaterThan(row.tokensPerSecond ?? 0);
  });

  test('of one length is that length', () => {
    const one = predict(served, machine, mixedPoint([{ context: 4096, share: 1 }], 4));
    expect({ ...one, mix: null }).toEqual(predict(served, machine, { context: 4096, batch: 4 }));
  });

  test('is not its mean where a window bends: most short sequences do not fill it', () => {
    const sliding = modelById('gemma-3-4b');
    const gemma: Served = { model: sliding, tensors: tensorsIn(sliding, allIn('f16')), weights: 'f16', kv: 'f16' };
    const mix = [
      { context: 100, share: 0.9 },
      { context: 100_000, share: 0.1 },
    ];
    const row = predict(gemma, machine, mixedPoint(mix, 2));
    const held = (context: number) => kvBytesHeld(sliding, context, 'f16', 'window');
    expect(row.kvBytesHeld).toBeCloseTo(2 * (0.9 * held(100) + 0.1 * held(100_000)), 0);
    expect(row.kvBytesHeld).toBeLessThan(
      0.95 * predict(gemma, machine, { context: row.context, batch: 2 }).kvBytesHeld,
    );
  });

  test('has users at a speed, and says what would fit where it does not', () => {
    const users = batchAtSpeed(served, machine, MIX, 50) ?? 0;
    const speed = (batch: number) => predict(served, machine, mixedPoint(MIX, batch)).tokensPerSecondPerUser;
    expect(users).toBeGreaterThan(1);
    expect(speed(users)).toBeGreaterThanOrEqual(50);
    const { fits, wouldFit, maxBatch } = predict(served, machine, mixedPoint(MIX, 1000));
    expect([fits, wouldFit?.batch, wouldFit?.context]).toEqual([false, maxBatch, 0]);
  });

  test('is refused with a length outside its range', () => {
    expect(() => predict(served, machine, mixedPoint([{ context: 0, share: 1 }], 1))).toThrow(/context must be/);
  });

  test('on several GPUs, each has its part of the caches', () => {
    const gpus = { count: 2, split: 'tensor', link: { seconds: 0, bytesPerSecond: 1e15 } } as const;
    const [one, two] = [machine, { ...machine, gpus }].map((it) => predict(served, it, mixedPoint(MIX, 8)));
    expect((one?.stepMs ?? 0) / (two?.stepMs ?? 1)).toBeCloseTo(2, 3);
    expect(two?.maxBatch).toBeGreaterThan(2 * (one?.maxBatch ?? 0));
  });
});
