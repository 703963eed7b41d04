import { expect, test } from 'vitest';
import { stepWork } from '../models/accounting.ts';
import { modelById } from '../models/predicted.ts';
import { allIn, tensorsIn } from '../models/tensors.ts';
import { checkWork, secondsPerToken } from './drafts.ts';

test('a check of a dense model reads as much as a step, but for rows of the embedding, and computes γ + 1 times as much', () => {
  const model = modelById('llama-3.1-8b');
  const tensors = tensorsIn(model, allIn('f16'));
  const step = stepWork(model, tensors, { batch: 2, context: 100, kv: 'f16' });
  const check = checkWork(step, tensors, { drafted: 4, accepted: 0.7 });
  expect(check.weightBytes - step.weightBytes).toBe(8 * 4096 * 2);
  expect(check.weightFlops).toBe(5 * step.weightFlops);
  expect([check.kvBytes, check.kvFlops]).toEqual([step.kvBytes, 5 * step.kvFlops]);
});

test('four drafts of which seven in ten are accepted make 2.77 tokens of a check', () => {
  // (1 − 0.7^5) / (1 − 0.7)
  expect(1 / secondsPerToken({ drafted: 4, accepted: 0.7 }, 0, 1)).toBeCloseTo(2.773, 3);
  expect(1 / secondsPerToken({ drafted: 4, accepted: 0.7 }, 0.1, 1)).toBeCloseTo(2.773 / 1.4, 3);
});
