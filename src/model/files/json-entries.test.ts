import fc from 'fast-check';
import { expect, test } from 'vitest';
import { utf8Bytes } from '../../../results/text/encodings.ts';
import { JsonEntries, parsedPiece } from './json-entries.ts';

/** More than any object of a test has. */
const MAX_BYTES = 1e6;

/** The entries of a text that comes in pieces of `size` bytes. */
function entriesOf(text: string, size = 7, within?: string): [unknown, unknown][] {
  const found: [unknown, unknown][] = [];
  const entries = new JsonEntries({
    ...{ rule: 'must be JSON', maxBytes: MAX_BYTES },
    ...(within !== undefined && { within }),
    take: (name, value) => found.push([parsedPiece(name, MAX_BYTES), parsedPiece(value, MAX_BYTES)]),
  });
  const bytes = utf8Bytes(text);
  for (let at = 0; at < bytes.length; at += size) entries.push(bytes.subarray(at, at + size));
  entries.end();
  return found;
}

test('the entries of any object are those that JSON.parse finds', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()),
      fc.constantFrom(0, 2, '\t'),
      fc.integer({ min: 1, max: 40 }),
      (value, space, size) => {
        const text = ` ${JSON.stringify(value, null, space)}\n`;
        expect(entriesOf(text, size)).toEqual(Object.entries(JSON.parse(text)));
        const nested = `{"x": [{"a": 1}], "map": ${text}, "y": {"b": 2}}`;
        expect(entriesOf(nested, size, 'map')).toEqual(Object.entries(JSON.parse(text)));
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

test.each<[string, string]>([
  ['{"a": 1,\n  "b": 2,\n}', 'must be JSON; at line 3, column 1 there is "}" in place of the name of a key'],
  ['{"a": 1\n "b": 2}', 'must be JSON'],
  ['{"a" 1}', 'must be JSON; at line 1, column 6 there is "1}" in place of a colon'],
  ['{"a": 1', 'must be JSON; at line 1, column 8 it ends in place of the end of a value'],
  ['[]', 'must be JSON; at line 1, column 1 there is "[]" in place of an object'],
  ['{} x', 'must be JSON; at line 1, column 4 there is "x" in place of its end'],
])('%j is refused with its place', (text, message) => {
  if (message === 'must be JSON') expect(entriesOf(text, 100)).toEqual([['a', undefined]]);
  else expect(() => entriesOf(text, 100)).toThrow(message);
});
