import { expect, test } from 'vitest';
import { comparisonQuery, readComparison } from './address.ts';

const KEYS = ['2026-11-28T12:00:00.000Z 7', 'f'.repeat(64), '2026-11-28T12:05:00.000Z 8'];

test('a comparison is read as it was written', () => {
  expect(comparisonQuery(KEYS.slice(0, 2))).toBe(`?a=2026-11-28T12%3A00%3A00.000Z+7&b=${'f'.repeat(64)}`);
  expect(readComparison(comparisonQuery(KEYS))).toEqual({ keys: KEYS, problems: [] });
  expect(comparisonQuery([])).toBe('');
  expect(readComparison('')).toEqual({ keys: [], problems: [] });
});

test('it holds five runs, each once, and no gaps', () => {
  expect(readComparison(comparisonQuery([...'123456'])).keys).toEqual([...'12345']);
  expect(readComparison('?a=1&b=1&c=&e=2').keys).toEqual(['1', '2']);
});

test.each([
  ['?a=1&z=2', ['1'], 'Unknown parameter "z". There are a, b, c, d, e.'],
  ['?a=1&a=2', [], '"a" must be given once; it is "1", and then "2".'],
  ['?a=1&b=1', ['1'], '"b" must be another run than those before it.'],
  ['?a=1&b=', ['1'], '"b" must be the key of a run, which this browser keeps or the collection has; it is "".'],
])('%s is said in a line', (search, keys, line) => {
  expect(readComparison(search)).toEqual({ keys, problems: [line] });
});
