import { expect, test } from 'vitest';
import { askedBy, queryOf } from './address.ts';

test('a kept run, whose key has a space and colons, survives its address', () => {
  const key = '2026-11-28T14:03:00.000Z 4294967295';
  expect(askedBy({ search: queryOf(key), hash: '' })).toEqual({ key, fragment: '', unknown: [] });
});

test('a result in the fragment is handed on as it is', () => {
  expect(askedBy({ search: '', hash: '#record=1.2.0.A-_' })).toEqual({
    ...{ key: '', fragment: 'record=1.2.0.A-_', unknown: [] },
  });
});

test('parameters that the page does not know are named once each', () => {
  expect(askedBy({ search: '?run=a&utm_source=x&utm_source=y', hash: '' }).unknown).toEqual(['utm_source']);
});
