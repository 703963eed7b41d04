import { expect, test } from 'vitest';
import { KERNEL_FOLDERS } from '../../shaders/registry.ts';
import { kvBytesPerToken, weightBytesHeld } from '../../src/model/models/accounting.ts';
import type { Model } from '../../src/model/models/model.ts';
import { modelById } from '../../src/model/models/predicted.ts';
import { allIn, tensorsIn } from '../../src/model/models/tensors.ts';
import { decodeTasks } from '../../src/model/request/tasks.ts';
import { planMemory } from './memory-plan.ts';

const LIMITS = { maxBufferSize: 2 ** 32, maxStorageBufferBindingSize: 2 ** 32 };

function planOf(model: Model, batch: number, budgetGB: number, limits = LIMITS) {
  const sweep = { weights: ['int4-g32'], kv: ['f16'], contexts: [1024], batches: [batch] };
  const [task] = decodeTasks([model], sweep, { left: () => 0, refuses: () => undefined });
  if (!task) throw new Error('there is no task');
  return planMemory(KERNEL_FOLDERS, task.make, limits, budgetGB * 1e9);
}

const LLAMA = modelById('llama-3.1-8b');

test('weights and KV cache are those of the accounting, with room for 64 steps; the rest is small', () => {
  const plan = planOf(LLAMA, 4, 24);
  if (typeof plan === 'string') throw new Error(plan);
  expect(plan.weightBytes).toBe(weightBytesHeld(tensorsIn(LLAMA, allIn('int4-g32'))));
  expect(plan.cacheBytes).toBe(4 * (1024 + 64) * kvBytesPerToken(LLAMA, 'f16'));
  expect(plan.scratchBytes).toBeLessThan(20e6);
  expect(plan.layers).toEqual({ distinct: 32, total: 32 });
});

test('as many layers as fit are planned; if not one fits, the rule and the value met are given', () => {
  expect(planOf(LLAMA, 1, 3)).toMatchObject({ layers: { distinct: expect.any(Number), total: 32 } });
  const plan = planOf(LLAMA, 1, 3);
  if (typeof plan === 'string') throw new Error(plan);
  expect(plan.layers.distinct).toBeLessThan(32);
  expect(plan.weightBytes + plan.cacheBytes + plan.scratchBytes).toBeLessThanOrEqual(3e9);
  expect(planOf(LLAMA, 1, 0.5)).toMatch(
    /^the budget, 500 MB, must hold 1 of 32 layers with all else; that takes 7\d\d MB$/,
  );
  expect(planOf(LLAMA, 1, 24, { ...LIMITS, maxBufferSize: 1e6 })).toMatch(
    /^a buffer may take 1\.00 MB on this device; /,
  );
});
