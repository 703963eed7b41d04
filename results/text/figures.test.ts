import { describe, expect, test } from 'vitest';
import {
  bytesText,
  countText,
  figureText,
  leftText,
  msFigureText,
  msText,
  NONE,
  percentText,
  significant,
} from './figures.ts';

test('numbers have three significant digits and grouped thousands', () => {
  expect([0.0012345, 1, 12.34, 999.6, 1234.5, 38881].map((n) => significant(n))).toEqual([
    '0.00123',
    '1.00',
    '12.3',
    '1,000',
    '1,230',
    '38,900',
  ]);
  expect(significant(Number.NaN)).toBe(NONE);
});

describe('an interval', () => {
  test('has the unit of its value', () => {
    expect(msFigureText({ value: 0.5, ci95: [0.4, 1.2] })).toEqual({
      value: '500',
      interval: '400 – 1,200',
      unit: 'µs',
    });
  });
  test('has the unit of its upper end where the value is 0', () => {
    expect(msFigureText({ value: 0, ci95: [0, 0.006] })).toEqual({
      value: '0.00',
      interval: '0.00 – 6.00',
      unit: 'µs',
    });
    expect(msFigureText({ value: 0, ci95: null }).unit).toBe('ms');
  });
  test('has the digits that its ends need to differ, at most five', () => {
    expect(figureText({ value: 3888, ci95: [3886, 3889] }, 'GB/s').interval).toBe('3,886 – 3,889');
    expect(figureText({ value: 1, ci95: [1.000001, 1.000002] }, 'GB/s').interval).toBe('1.0000 – 1.0001');
  });
  test('that has a width never looks as if it had none, and its value is seen to lie within', () => {
    expect(figureText({ value: 0.7231, ci95: [0.723089, 0.723093] }, 'ms')).toMatchObject({
      ...{ value: '0.72310', interval: '0.72308 – 0.72310' },
    });
    expect(figureText({ value: 3888, ci95: [3886, 3889] }, 'GB/s').value).toBe('3,888');
    expect(figureText({ value: 412.26, ci95: [412.21, 412.34] }, 'GB/s')).toMatchObject({
      ...{ value: '412.3', interval: '412.2 – 412.3' },
    });
    expect(figureText({ value: 71.24, ci95: [60, 82] }, 'tokens/s').value).toBe('71.2');
    expect(figureText({ value: 0, ci95: [0, 0] }, 'ms')).toMatchObject({ value: '0.00', interval: '0.00 – 0.00' });
  });
  test('may be missing', () => {
    expect(figureText({ value: 1, ci95: null }, 'GB/s').interval).toBeUndefined();
  });
});

test('a share is in %, and so is its interval', () => {
  expect(percentText({ value: 0.145, ci95: [0.119, 0.214] })).toBe('14.5 % (11.9 – 21.4 %)');
  expect(percentText({ value: 1.06, ci95: null })).toBe('106 %');
});

test('one thing is one, and others are several', () => {
  expect([0, 1, 2, 1200].map((n) => countText(n, 'sample'))).toEqual([
    ...['0 samples', '1 sample', '2 samples', '1,200 samples'],
  ]);
});

test('sizes have units of powers of ten', () => {
  expect([512, 2048, 268_435_456, 1_073_741_824].map(bytesText)).toEqual(['512 B', '2.05 kB', '268 MB', '1.07 GB']);
});

test('durations have the unit that suits them', () => {
  expect([0, 6.5e-5, 0.065536, 12.34, 4321].map(msText)).toEqual(['0 ms', '65.0 ns', '65.5 µs', '12.3 ms', '4.32 s']);
});

test('the time left is a range, rounded to what a person cares about', () => {
  expect(leftText([300, 300])).toBe('about 1 s left');
  expect(leftText([12_345, 33_000])).toBe('12 – 35 s left');
  expect(leftText([33_000, 100_000])).toBe('35 s – 2 min left');
  expect(leftText([100_000, 290_000])).toBe('2 – 5 min left');
  expect(leftText([60_000, 61_000])).toBe('about 60 s left');
});
