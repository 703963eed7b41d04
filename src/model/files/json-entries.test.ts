import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonEntries, parsedEntry } from './json-entries.ts';

const entriesOf = (text: string) =>
  [...jsonEntries(text, 'must be JSON')].map(([name, value]) => [parsedEntry(name, 1e6), parsedEntry(value, 1e6)]);

test('the entries of any object are those that JSON.parse finds', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()),
      fc.constantFrom(0, 2, '\t'),
      (value, space) => {
        const text = ` ${JSON.stringify(value, null, space)}\n`;
        expect(entriesOf(text)).toEqual(Object.entries(JSON.parse(text)));
      },
    ),
  );
});

test('text that JSON.parse refuses is refused, or has a part that is', () => {
  const isWhole = (text: string): boolean => {
    try {
      return entriesOf(text).every(([name, value]) => typeof name === 'string' && value !== undefined);
    } catch {
      return false;
    }
  };
  const isObject = (text: string): boolean => {
    try {
      const value: unknown = JSON.parse(text);
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    } catch {
      return false;
    }
  };
  const good = '{"a":{"b":[1,"}\\""]},"c\\u0041":[{}],"":null}';
  expect([isWhole(good), isObject(good)]).toEqual([true, true]);
  const bad = fc.oneof(
    fc.nat(good.length).map((end) => good.slice(0, end)),
    fc
      .tuple(fc.nat(good.length - 1), fc.constantFrom(...'{}[],:"\\ x0'))
      .map(([at, one]) => good.slice(0, at) + one + good.slice(at + 1)),
    fc.array(fc.constantFrom(...'{}[],:"\\ 1'), { maxLength: 12 }).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(bad, (text) => {
      expect(isWhole(text)).toBe(isObject(text));
    }),
    { numRuns: 2000 },
  );
});
