import { afterEach, describe, expect, test } from 'vitest';
import { setLocales } from '../../../results/text/locale.ts';
import { numberParam } from '../../session/param.ts';
import { fieldRule, plainList, plainNumber, readTyped } from './typed-number.ts';

afterEach(() => setLocales([]));

test.each([
  ['1008', '1008'],
  ['0.5', '0.5'],
  ['0,5', '0.5'],
  ['1.5', '1.5'],
  ['1,5', '1.5'],
  ['1,234.5', '1234.5'],
  ['1.234,5', '1234.5'],
  ['1.234.567', '1234567'],
  ['1,00,000', '100000'],
  ['12 345,6', '12345.6'],
  ['12\u202f345,6', '12345.6'],
  ['1’234.5', '1234.5'],
  ['١٢٣٤٫٥', '1234.5'],
  ['١٬٢٣٤', '1234'],
  ['۱۲', '12'],
  [' 7 ', '7'],
])('%s is %s in every locale', (typed, plain) => {
  for (const tag of ['en-US', 'de-DE', 'fr-FR', 'ar-EG', 'hi-IN']) {
    setLocales([tag]);
    expect([tag, plainNumber(typed)]).toEqual([tag, plain]);
  }
});

describe('what could be either', () => {
  test.each([
    ['en-US', '1,234', '1234'],
    ['en-US', '1.234', '1.234'],
    ['de-DE', '1.234', '1234'],
    ['de-DE', '1,234', '1.234'],
    ['fr-FR', '1,234', '1.234'],
    ['de-DE', '0.125', '0.125'],
  ])('is what it is in %s: %s is %s', (tag, typed, plain) => {
    setLocales([tag]);
    expect(plainNumber(typed)).toBe(plain);
  });
});

test.each(['', 'lots', '1,2,3', '1.2.3', '12,34.5', '.5', ',', '..', '1e3', '-1', '0x10', '1 2', '1.5,5.5'])(
  '"%s" is no number, and stays so',
  (typed) => {
    const param = numberParam({ min: 0, max: 1e9 });
    for (const tag of ['en-US', 'de-DE']) {
      setLocales([tag]);
      expect(readTyped(param, typed)).toBeUndefined();
    }
  },
);

test('a list has commas or semicolons', () => {
  setLocales(['de-DE']);
  expect(plainList('1.024, 8.192; ..., max')).toBe('1024,8192,...,max');
  setLocales(['en-US']);
  expect(plainList('1, 8, max')).toBe('1,8,max');
});

test('a rule is written as the page writes numbers', () => {
  setLocales(['de-DE']);
  const range = { min: 0.5, max: 10_000, unit: 'GB' };
  expect(fieldRule(numberParam(range))).toBe('a number from 0,5 to 10.000 GB');
  expect(numberParam(range).rule).toBe('a number from 0.5 to 10000 GB');
});
