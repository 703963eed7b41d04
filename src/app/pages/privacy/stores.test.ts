import { expect, test } from 'vitest';
import { STORES } from './stores.ts';

const SOURCES = import.meta.glob<string>(['../../**/*.ts', '../../**/*.tsx', '!../../**/*.test.*', '!./*'], {
  eager: true,
  query: '?raw',
  import: 'default',
});

/** The names by which the source keeps something. Names of workers and locks are none. */
const found = Object.values(SOURCES)
  .flatMap((text) => text.split('\n'))
  .filter((line) => !/name: 'hbmark-|LOCK = 'hbmark-/.test(line))
  .flatMap((line) => line.match(/'hbmark-[a-z-]+'/g) ?? [])
  .map((name) => name.slice(1, -1));

test('all that the page keeps is listed, and nothing else', () => {
  expect(STORES.map(({ name }) => name).sort()).toEqual([...new Set(found)].sort());
});

test('each name is listed under the place that its file uses', () => {
  for (const { name, place } of STORES) {
    const text = Object.values(SOURCES).find((one) => one.includes(`'${name}'`) && !one.includes(`name: '${name}'`));
    expect(text, name).toMatch(place === 'IndexedDB' ? /openOf/ : new RegExp(place));
  }
});
