import { expect, test } from 'vitest';
import { askedBy, queryOf } from './address.ts';
import { TABS, tabAfter } from './tabs/tabs.ts';

test('a kept run, whose key has a space and colons, survives its address', () => {
  const key = '2026-11-28T14:03:00.000Z 4294967295';
  expect(askedBy({ search: queryOf(key), hash: '' })).toEqual({
    ...{ key, fragment: '', tab: 'why', problems: [] },
  });
});

test('a result in the fragment is handed on as it is', () => {
  expect(askedBy({ search: '', hash: '#record=1.2.0.A-_' })).toEqual({
    ...{ key: '', fragment: 'record=1.2.0.A-_', tab: 'why', problems: [] },
  });
});

test.each([
  ['?run=a&utm_source=x', 'a', 'Unknown parameter "utm_source". There are run, tab.'],
  ['?run=a&run=b', '', '"run" must be given once; it is "a", and then "b".'],
  ['?run=', '', '"run" must be the key of a run, which this browser keeps or the collection has; it is "".'],
])('%s is said in a line', (search, key, line) => {
  expect(askedBy({ search, hash: '' })).toEqual({ key, fragment: '', tab: 'why', problems: [line] });
});

test('the open tab is in the address, unless it is the first', () => {
  expect([queryOf('a', 'caches'), queryOf('', 'claims'), queryOf('a', 'why'), queryOf('')]).toEqual([
    ...['?run=a&tab=caches', '?tab=claims', '?run=a', ''],
  ]);
  for (const { id } of TABS) expect(askedBy({ search: queryOf('a', id), hash: '' }).tab).toBe(id);
});

test('a tab that there is not is named with the rule, and the first is open', () => {
  const { tab, problems } = askedBy({ search: '?tab=weather', hash: '' });
  expect([tab, problems]).toEqual(['why', [expect.stringMatching(/one of why, batch, .*crowd; it is "weather"/)]]);
});

test('arrow keys go round the tabs, and other keys mean none', () => {
  expect(['ArrowRight', 'ArrowLeft', 'Home', 'End', 'Enter'].map((key) => tabAfter(key, 'why'))).toEqual([
    ...['batch', 'crowd', 'why', 'crowd', undefined],
  ]);
  expect(tabAfter('ArrowRight', 'crowd')).toBe('why');
});
