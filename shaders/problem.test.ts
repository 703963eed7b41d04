import { expect, test } from 'vitest';
import { formatsOf, sameFamily, sameParams } from './problem.ts';

const GEMV = { rows: 8, columns: 4, format: 'f16', form: 'plain' };

test('problems of one family differ in their sizes only', () => {
  expect(sameFamily(GEMV, { ...GEMV, rows: 9 })).toBe(true);
  expect(sameFamily(GEMV, { ...GEMV, format: 'f32' })).toBe(false);
  expect(sameFamily(GEMV, { ...GEMV, planes: 1 })).toBe(false);
  expect(sameFamily(GEMV, { ...GEMV, columns: 'four' })).toBe(false);
  expect(formatsOf(GEMV)).toEqual(['f16', 'plain']);
});

test('the same parameters have the same names and values, in any order', () => {
  expect(sameParams(GEMV, { form: 'plain', format: 'f16', columns: 4, rows: 8 })).toBe(true);
  expect(sameParams(GEMV, { ...GEMV, rows: 9 })).toBe(false);
  expect(sameParams(GEMV, { ...GEMV, planes: 1 })).toBe(false);
});
