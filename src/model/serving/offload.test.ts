import { expect, test } from 'vitest';
import { ROUTING, weightBytesHeld, weightBytesRead } from '../models/accounting.ts';
import { modelById } from '../models/predicted.ts';
import { allIn, tensorsIn } from '../models/tensors.ts';
import { offloaded } from './offload.ts';

const tensorsOf = (id: string) => tensorsIn(modelById(id), allIn('int4-g32'));

test('what fits is not offloaded', () => {
  const tensors = tensorsOf('qwen3-30b-a3b');
  expect(offloaded(tensors, weightBytesHeld(tensors), 1)).toEqual({ heldBytes: 0, readBytes: 0 });
});

test('experts go first, and one token reads 8 of 128 of what went', () => {
  const tensors = tensorsOf('qwen3-30b-a3b');
  const { heldBytes, readBytes } = offloaded(tensors, weightBytesHeld(tensors) - 8e9, 1);
  expect(heldBytes).toBeCloseTo(8e9, -1);
  expect(readBytes).toBeCloseTo((8e9 * 8) / 128, -1);
});

test('with no room at all, a step reads everything from there', () => {
  for (const id of ['llama-3.1-8b', 'qwen3-30b-a3b']) {
    const tensors = tensorsOf(id);
    const { heldBytes, readBytes } = offloaded(tensors, 0, 4);
    expect(heldBytes).toBeCloseTo(weightBytesHeld(tensors), -1);
    expect(readBytes).toBeCloseTo(weightBytesRead(tensors, 4, ROUTING), -1);
  }
});
