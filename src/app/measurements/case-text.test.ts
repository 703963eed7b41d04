import { expect, test } from 'vitest';
import { formatText, shapeText } from './case-text.ts';

const caseOf = (params: Record<string, number | string>) => ({ kernel: 'k', variant: 'portable', params, tuning: {} });

test('a matrix by its sides', () => {
  const c = caseOf({ rows: 4096, columns: 2048, format: 'f16' });
  expect([shapeText(c), formatText(c)]).toEqual(['4,096 × 2,048', 'f16']);
});

test('anything else by the names of its sizes', () => {
  const c = caseOf({ bytes: 1_048_576, order: 'random' });
  expect([shapeText(c), formatText(c)]).toEqual(['1,048,576 bytes, order random', '']);
});
