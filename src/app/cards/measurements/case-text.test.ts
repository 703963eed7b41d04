import { expect, test } from 'vitest';
import { formatText, shapeText } from './case-text.ts';

const caseOf = (params: Record<string, number | string>) => ({ kernel: 'k', variant: 'portable', params, tuning: {} });

test('a matrix is named by its sides', () => {
  const c = caseOf({ rows: 4096, columns: 2048, format: 'f16' });
  expect([shapeText(c), formatText(c)]).toEqual(['4,096\u00a0×\u00a02,048', 'f16']);
});

test('anything else is named by its sizes', () => {
  const c = caseOf({ tokens: 4096, order: 'random' });
  expect([shapeText(c), formatText(c)]).toEqual(['4,096 tokens, order random', '']);
});

test('a case over a part of the pool says so', () => {
  expect(shapeText({ ...caseOf({ bytes: 2 ** 28 }), withinBytes: 2 ** 29 })).toBe('268 MB, within 537 MB');
});

test('bytes have a unit that suits them', () => {
  const c = caseOf({ workingSetBytes: 67_108_864, bytes: 33_554_432, sweeps: 1 });
  expect(shapeText(c)).toBe('working set 67.1 MB, 33.6 MB, 1 sweep');
});

test('a number below one is not shown as none', () => {
  expect(shapeText(caseOf({ batch: 1, epsilon: 1e-5 }))).toBe('1 batch, 0.00001 epsilon');
});
