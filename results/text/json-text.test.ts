import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonFault, parseJson } from './json-text.ts';

const BOUNDS = { maxDepth: 32, maxValues: 10_000 };

const parsed = (text: string): unknown => {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return 'refused';
  }
};
const read = (text: string): unknown => {
  try {
    return { value: parseJson(text, BOUNDS) };
  } catch {
    return 'refused';
  }
};

test('any value is read as JSON.parse reads it', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), fc.constantFrom(0, 2, '\t'), (value, space) => {
      const text = ` ${JSON.stringify(value, null, space)}\r\n`;
      expect(read(text)).toEqual(parsed(text));
    }),
  );
  const odd = '{"__proto__":{"a":1},"a":1,"a":2,"\\u0041\\n":"\\ud800","":[-0,1e400,5e-324,1E+2]}';
  expect(read(odd)).toEqual(parsed(odd));
  expect(Object.keys(parseJson('{"__proto__":1}', BOUNDS) as object)).toEqual(['__proto__']);
});

test('what JSON.parse refuses is refused, and nothing else', () => {
  const good = '{"a":{"b":[1,"}\\"",-1.5e3]},"c\\u0041":[{}],"":null,"d":true}';
  const bad = fc.oneof(
    fc.nat(good.length).map((end) => good.slice(0, end)),
    fc
      .tuple(fc.nat(good.length - 1), fc.constantFrom(...'{}[],:"\\ x0-.e+\n\u0001'))
      .map(([at, one]) => good.slice(0, at) + one + good.slice(at + 1)),
    fc.array(fc.constantFrom(...'{}[],:"\\ 1-.e', 'true', 'nul'), { maxLength: 12 }).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(bad, (text) => {
      expect(read(text)).toEqual(parsed(text));
    }),
    { numRuns: 2000 },
  );
});

test('NaN and Infinity are numbers, as Python writes them', () => {
  expect(parseJson('[NaN, Infinity, -Infinity]', BOUNDS)).toEqual([Number.NaN, Infinity, -Infinity]);
});

test.each<[string, string]>([
  ['', 'must be JSON: at line 1, column 1 it ends in place of a value'],
  [
    '{\n  "a": 1,\n}',
    'must be JSON: at line 3, column 1 there is "}" in place of the name of a key, in quotation marks',
  ],
  ['{\r\n "a": tru}', 'must be JSON: at line 2, column 7 there is "tru}" in place of a value'],
  ['{"a" 1}', 'must be JSON: at line 1, column 6 there is "1}" in place of a colon'],
  ['[1 2]', 'must be JSON: at line 1, column 4 there is "2]" in place of a comma or ]'],
  ['["a', 'must be JSON: at line 1, column 4 it ends in place of a quotation mark'],
  ['["\\x"]', 'must be JSON: at line 1, column 3 there is "\\\\x\\"]" in place of an escape such as \\n or \\u0041'],
  ['{} x', 'must be JSON: at line 1, column 4 there is "x" in place of its end'],
  ['[NaN]', 'must be JSON: at line 1, column 2 there is "NaN]" in place of a value'],
])('%j is refused with its place', (text, message) => {
  expect(jsonFault(text)).toBe(message);
});

test('levels and values have bounds', () => {
  const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
  expect(() => parseJson(nested(1_000_000), BOUNDS)).toThrow('must be JSON of at most 32 levels; it has more');
  expect(() => parseJson(`[${'1,'.repeat(10_000)}1]`, BOUNDS)).toThrow(
    'must be JSON of at most 10000 values; it has more',
  );
  expect(jsonFault(nested(1_000_000))).toMatch(/levels/);
});
