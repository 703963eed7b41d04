/** Tests that a record is read whole and unchanged, or refused with the place and the rule. */

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_DEPTH, MAX_RECORD_BYTES } from './bounds.ts';
import { checkRecord } from './check.ts';
import { checkRecordText } from './record-text.ts';
import { plainText, unwhole } from './whole.ts';

const FILE = new URL('../data/2026-11-27-lavapipe-smollm2.json', import.meta.url);
const TEXT = readFileSync(FILE, 'utf8');

/** The problems of the committed record with `found` replaced by `put`, in its text. */
function problemsWith(found: string | RegExp, put: string): string[] {
  const text = TEXT.replace(found, () => put);
  expect(text).not.toBe(TEXT);
  const checked = checkRecordText(text);
  return checked.ok ? [] : checked.problems.map(({ path, rule }) => `${path}: ${rule}`);
}

test('a committed record passes', () => expect(checkRecordText(TEXT)).toMatchObject({ ok: true }));

describe('what readers would lose is refused, with its place', () => {
  test.each([
    ['__proto__ in limits', '"limits": {', '"limits": {"__proto__": 1,', /^adapter\.limits: .*__proto__/],
    ['__proto__ in params', '"params": {', '"params": {"__proto__": {"format": "f16"},', /^plan\.cases\[0\]\.params: /],
    ['__proto__ in tuning', '"tuning": {', '"tuning": {"__proto__": 1,', /^plan\.cases\[0\]\.tuning: /],
    ['an escaped __proto__', '"limits": {', '"limits": {"\\u005f_proto__": 1,', /^adapter\.limits: .*__proto__/],
    ['a key twice', '"seed":', '"seed": 1, "seed":', /^: must not have a key twice; got "seed" again/],
    ['a key twice, escaped', '"limits": {', '"limits": {"a": 1, "\\u0061": 2,', /^adapter\.limits: .*got "a" again/],
    ['a key twice in a list', '"params": {', '"params": {"x": 1, "x": 1,', /^plan\.cases\[0\]\.params: /],
    ['half a pair', '"vendor": "', '"vendor": "\\ud83d', /^adapter\.vendor: .*half a surrogate pair; got U\+D83D/],
    ['an escape', '"vendor": "', '"vendor": "\\u001b[2J', /^adapter\.vendor: .*control character; got U\+001B/],
    ['a line end', '"vendor": "', '"vendor": "ok\\n', /^adapter\.vendor: .*control character; got U\+000A/],
    ['a C1 control', '"vendor": "', '"vendor": "\\u009b', /^adapter\.vendor: .*control character; got U\+009B/],
    [
      'text turned round',
      '"vendor": "',
      '"vendor": "gpu\\u202egnp',
      /^adapter\.vendor: .*not seen as itself; got U\+202E/,
    ],
    ['a line separator', '"vendor": "', '"vendor": "ok\\u2028', /^adapter\.vendor: .*not seen as itself; got U\+2028/],
    ['a text that is missing', '"vendor":', '"vendors":', /^adapter\.vendor: must be a text; got nothing/m],
    ['a number without an end', /"seed": \d+/, '"seed": 1e999', /^seed: must be a finite number; got ∞/],
    ['a text for a number', /"atMs": [\d.]+/, '"atMs": "1"', /atMs: must be a number; got a text/],
    ['a control in a key', '"limits": {', '"limits": {"\\u0007": 1,', /^adapter\.limits: its key .*U\+0007/],
    ['a long text', '"vendor": "', `"vendor": "${'x'.repeat(2000)}`, /^adapter\.vendor: .*at most 1000 characters/],
    ['a format that every object has', /"weights": "f16"/, '"weights": "constructor"', /^decode\[0\]\.case\.weights: /],
    [
      'an unknown format',
      /"format": "f16"/,
      '"format": "bogus"',
      /^plan\.cases\[\d+\]\.params\.format: must be one of f32/,
    ],
    ['a memory of nothing', '"reported": {', '"reported": {"memoryGB": 5e-324', /^reported\.memoryGB: .*0\.01/],
  ])('%s', (_, found, put, problem) => {
    expect(problemsWith(found, put).join('\n')).toMatch(problem);
  });

  test('a text that is no JSON, too long or too deep', () => {
    const refused = (text: string) => {
      const checked = checkRecordText(text);
      return checked.ok ? '' : (checked.problems[0]?.rule ?? '');
    };
    expect(refused('{')).toMatch(/^must be JSON: /);
    expect(refused(' '.repeat(MAX_RECORD_BYTES + 1))).toMatch(/^must be at most \d+ bytes/);
    expect(refused('['.repeat(1e6) + ']'.repeat(1e6))).toMatch(`deeper than ${MAX_DEPTH} levels`);
    expect(refused(`${'{"a":'.repeat(1e5)}1${'}'.repeat(1e5)}`)).toMatch(`deeper than ${MAX_DEPTH} levels`);
  });
});

test('whatever is given, a check ends with few problems, each of few words, and never throws', () => {
  fc.assert(
    fc.property(fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true }), (value) => {
      const checked = checkRecord(value);
      if (checked.ok) throw new Error('it passed');
      expect(checked.problems.length).toBeGreaterThan(0);
      expect(checked.problems.length).toBeLessThan(60);
    }),
  );
  const circle: unknown[] = [];
  circle.push(circle);
  for (const value of [circle, Array.from({ length: 8000 }, () => Array(500).fill(0)), () => 1, Symbol('s')]) {
    expect(checkRecord(value).ok).toBe(false);
  }
});

test('a list of broken items is named by the first of them', () => {
  const record = JSON.parse(TEXT);
  record.measurements = Array(2000).fill({ status: 'measured' });
  const checked = checkRecord(record);
  expect(checked.ok ? 0 : checked.problems.length).toBeLessThan(60);
});

test('a plain text is one that a record may hold', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), (text) => {
      expect(unwhole(plainText(text))).toEqual([]);
    }),
  );
  expect(plainText('Dawn\u001b[2J on\nSomething \ud83d')).toBe('Dawn [2J on Something  ');
  expect(plainText('GPU 😀')).toBe('GPU 😀');
});
