import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_SHOWN_LENGTH, quoted, shown, UNSEEN } from './shown.ts';

/** What strangers have put into names to act on a terminal, or to be read as something else. */
const CORPUS: readonly (readonly [name: string, text: string])[] = [
  ['a window title', 'GPU\u001b]0;owned\u0007'],
  ['the clipboard', '\u001b]52;c;cm0gLXJmIH4=\u001b\\'],
  ['a hyperlink', '\u001b]8;;https://evil.example\u001b\\click\u001b]8;;\u001b\\'],
  ['colours', '\u001b[31mred\u001b[0m'],
  ['a cleared screen', '\u001b[2J\u001b[H'],
  ['C1 controls', '\u009b31m\u009d0;title\u009c'],
  ['a forged line', 'x\nrecord.json: ok (0123456789ab)'],
  ['a line that is written over', 'wrong\rright'],
  ['backspaces', 'bad\b\b\bgood'],
  ['NUL, DEL, tab', 'a\u0000b\u007fc\td'],
  ['line and paragraph separators', 'a\u2028b\u2029c'],
  ['a next line', 'a\u0085b'],
  ['text turned round', 'gpu\u202egnp.exe'],
  ['isolates', '\u2066\u2067\u2068\u2069'],
  ['embeddings and marks', '\u202a\u202b\u202c\u202d\u200e\u200f\u061c'],
  ['zero-width characters', 'R\u200bT\u200cX\u200d\u2060\ufeff'],
  ['a soft hyphen', 'a\u00adb'],
  ['lone surrogates', '\ud800 \udc00 \udfff\ud83d'],
  ['tags', 'a\u{e0041}\u{e0042}'],
  ['private characters', '\ue000\u{f0000}'],
  ['non-characters', '\uffff\ufdd0'],
];

describe('text of strangers', () => {
  test.each(CORPUS)('%s is not passed on', (_, text) => {
    for (const seen of [shown(text), quoted(text), quoted([text]), quoted({ [text]: text })]) {
      expect(seen).not.toMatch(UNSEEN);
    }
  });

  test('all else is left as it is', () => {
    for (const text of [
      'NVIDIA GeForce RTX 4090',
      'Apple M4 Max · 40-core',
      '千问 2.5',
      'Ünïcødé – 95 % “x”',
      '🚀',
      '',
    ]) {
      expect(shown(text)).toBe(text);
    }
  });

  test('400 kB take as many characters as they may, and no more', () => {
    const long = 'x'.repeat(400_000);
    expect(shown(long)).toHaveLength(MAX_SHOWN_LENGTH);
    expect(shown(long, 20)).toBe(`${'x'.repeat(19)}…`);
    expect(shown('x'.repeat(20), 20)).toBe('x'.repeat(20));
    for (const value of [long, [long], { [long]: long }, Array.from({ length: 100_000 }, () => long)]) {
      expect(quoted(value).length).toBeLessThanOrEqual(80);
    }
  });

  test('any text in any value is bounded, in one line, and well formed', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true }), fc.string({ unit: 'binary' }), (value, text) => {
        for (const seen of [quoted(value), quoted(text), shown(text, 40)]) {
          expect(seen.length).toBeLessThanOrEqual(80);
          expect(seen).not.toMatch(UNSEEN);
        }
      }),
    );
  });
});

describe('a value that is quoted', () => {
  const VALUES: readonly (readonly [value: unknown, text: string])[] = [
    ['mamba', '"mamba"'],
    ['say "x"', '"say \\"x\\""'],
    [4096, '4096'],
    [2n ** 63n, '9223372036854775808'],
    [undefined, 'nothing'],
    [Number.POSITIVE_INFINITY, '∞'],
    [Number.NEGATIVE_INFINITY, '-∞'],
    [Number.NaN, 'no number'],
    [null, 'null'],
    [[1, 'a'], '[1,"a"]'],
    [{ a: [1] }, '{"a":[1]}'],
    [[[[1]]], '[[[…]]]'],
    [Array.from({ length: 100 }, (_, i) => i), '[0,1,2,3,4,5,6,7,…]'],
  ];

  test('is its beginning, as JSON', () => {
    expect(VALUES.map(([value]) => quoted(value))).toEqual(VALUES.map(([, text]) => text));
  });

  test('may be nested a hundred thousand deep', () => {
    let deep: unknown = [];
    for (let i = 0; i < 100_000; i++) deep = [deep];
    expect(quoted(deep)).toBe('[[[…]]]');
  });
});
