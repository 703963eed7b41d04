import { expect, test } from 'vitest';
import { f32 } from '../formats/f32.ts';
import kernel from './kernel.ts';

const argmax = (logits: readonly number[]): number => {
  const p = { batch: 1, vocabulary: logits.length, mantissaBits: 23 };
  const words = (index: number) => f32.code(logits[index] ?? Number.NaN);
  return kernel.reference(p, { logits: words }, kernel.defaults, 'portable')('largest', 0);
};

test('the reference picks the lowest index of equal logits', () => {
  expect(argmax([-3, 2, 1, 2, 2])).toBe(1);
  expect(argmax([-5, -1, -1])).toBe(1);
  expect(argmax([Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY])).toBe(0);
});
