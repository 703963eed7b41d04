import { expect, test } from 'vitest';
import { askedBy, queryOf } from './address.ts';
import { TABS, tabAfter } from './tabs/tabs.ts';

test('a kept run, whose key has a space and colons, survives its address', () => {
  const key = '2026-11-28T14:03:00.000Z 4294967295';
  expect(askedBy({ search: queryOf(key), hash: '' })).toEqual({
    ...{ key, fragment: '', tab: 'why', unknown: [], tabProblem: '' },
  });
});

test('a result in the fragment is handed on as it is', () => {
  expect(askedBy({ search: '', hash: '#record=1.2.0.A-_' })).toEqual({
    ...{ key: '', fragment: 'record=1.2.0.A-_', tab: 'why', unknown: [], tabProblem: '' },
  });
});

test('parameters that the page does not know are named once each', () => {
  expect(askedBy({ search: '?run=a&utm_source=x&utm_source=y', hash: '' }).unknown).toEqual(['utm_source']);
});

test('the open tab is in the address, unless it is the first', () => {
  expect([queryOf('a', 'caches'), queryOf('', 'claims'), queryOf('a', 'why'), queryOf('')]).toEqual([
    ...['?run=a&tab=caches', '?tab=claims', '?run=a', ''],
  ]);
  for (const { id } of TABS) expect(askedBy({ search: queryOf('a', id), hash: '' }).tab).toBe(id);
});

test('a tab that there is not is named with the rule, and the first is open', () => {
  const { tab, tabProblem } = askedBy({ search: '?tab=weather', hash: '' });
  expect([tab, tabProblem]).toEqual(['why', expect.stringMatching(/one of why, batch, .*crowd/)]);
});

test('arrow keys go round the tabs, and other keys mean none', () => {
  expect(['ArrowRight', 'ArrowLeft', 'Home', 'End', 'Enter'].map((key) => tabAfter(key, 'why'))).toEqual([
    ...['batch', 'crowd', 'why', 'crowd', undefined],
  ]);
  expect(tabAfter('ArrowRight', 'crowd')).toBe('why');
});
