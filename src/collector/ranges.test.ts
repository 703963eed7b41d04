import { expect, test } from 'vitest';
import { rangeIn } from './ranges.ts';

const SIZE = 100;

test.each([
  ['bytes=0-0', { start: 0, end: 1 }],
  ['bytes=10-19', { start: 10, end: 20 }],
  ['bytes = 10 - 19', { start: 10, end: 20 }],
  ['bytes=90-', { start: 90, end: 100 }],
  ['bytes=90-999999', { start: 90, end: 100 }],
  ['bytes=-10', { start: 90, end: 100 }],
  ['bytes=-999999', { start: 0, end: 100 }],
])('%s is a part of the file', (header, range) => expect(rangeIn(header, SIZE)).toEqual(range));

test.each(['bytes=100-', 'bytes=100-200', 'bytes=-0'])('%s is no part of it', (header) =>
  expect(rangeIn(header, SIZE)).toBe('unsatisfiable'),
);

test('a file without bytes has no part', () => {
  expect(rangeIn('bytes=0-', 0)).toBe('unsatisfiable');
  expect(rangeIn('bytes=-5', 0)).toBe('unsatisfiable');
});

test.each([
  undefined,
  '',
  'bytes=',
  'bytes=-',
  'bytes=20-10',
  'bytes=0-1,5-9',
  'lines=0-9',
  'bytes=a-b',
  'bytes=1.5-2',
  'bytes=0-9999999999999999',
])('%s asks for the whole file', (header) => expect(rangeIn(header, SIZE)).toBeUndefined());
