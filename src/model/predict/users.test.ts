import { describe, expect, test } from 'vitest';
import { modelById } from '../models/predicted.ts';
import { allIn, tensorsIn } from '../models/tensors.ts';
import { machineOfSpec } from './machine-of-spec.ts';
import { predict, type Served, timeOf } from './predict.ts';
import { batchAtSpeed, usersAtSpeed } from './users.ts';

const model = modelById('llama-3.1-8b');
const LLAMA: Served = { model, tensors: tensorsIn(model, allIn('f16')), weights: 'f16', kv: 'f16' };
const H100 = machineOfSpec({ gbps: 3350, memoryGB: 85, tflops: 989 });

test('the users at a speed: one more would be slower, or would not fit', () => {
  const batch = batchAtSpeed(LLAMA, H100, 8192, 50) ?? 0;
  const speedOf = (n: number): number => 1 / timeOf(LLAMA, H100, { context: 8192, batch: n }).seconds;
  expect(speedOf(batch)).toBeGreaterThanOrEqual(50);
  expect(predict(LLAMA, H100, { context: 8192, batch: batch + 1 }).fits && speedOf(batch + 1) >= 50).toBe(false);
  expect(batchAtSpeed(LLAMA, H100, 8192, 1e6)).toBeUndefined();
});

describe('the users whom an engine is expected to serve at a speed', () => {
  const engine = (batch: number, known = 100) => {
    const rate = batch / (0.01 + 0.001 * batch);
    return batch > known
      ? { tokensPerSecond: null, interval: null }
      : { tokensPerSecond: rate, interval: [rate / 2, 2 * rate] as const };
  };

  test('are those whose steps are short enough: 10 + 1·B ms, half that, and twice', () => {
    // At 25 tokens/s a step has 40 ms.
    expect(usersAtSpeed(25, 60, engine)).toMatchObject({
      users: 60,
      expectedUsers: 30,
      expectedUsersInterval: [10, 60],
    });
    expect(usersAtSpeed(25, 80, engine).expectedUsersInterval).toEqual([10, 70]);
    expect(usersAtSpeed(25, 20, engine)).toMatchObject({ expectedUsers: 20, expectedUsersInterval: [10, 20] });
    expect(usersAtSpeed(100, 20, engine)).toMatchObject({ expectedUsers: 0, expectedUsersInterval: [0, 10] });
    expect(usersAtSpeed(1000, 0, engine)).toMatchObject({ users: 0, expectedUsers: 0, expectedUsersInterval: [0, 0] });
  });

  test('are not known where the speed of the next one is not', () => {
    const upTo = (known: number) => (batch: number) => engine(batch, known);
    expect(usersAtSpeed(25, 60, upTo(20))).toMatchObject({ expectedUsers: null, expectedUsersInterval: null });
    expect(usersAtSpeed(25, 80, upTo(35))).toMatchObject({ expectedUsers: 30, expectedUsersInterval: [10, 80] });
    expect(usersAtSpeed(25, 20, upTo(20)).expectedUsers).toBe(20);
    expect(usersAtSpeed(25, 0, upTo(0)).expectedUsers).toBeNull();
  });
});
