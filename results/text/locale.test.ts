import { afterEach, describe, expect, test } from 'vitest';
import { changeText, givenText, integerText, percentText, significant, typedText } from './figures.ts';
import { dateFormat, groupSeparator, inEnglish, numberFormat, setLocales } from './locale.ts';

afterEach(() => setLocales([]));

const written = () => [
  significant(1234.5),
  integerText(4096),
  givenText(273.25),
  changeText(-0.0123),
  typedText(1234.5),
];

test.each([
  [[], ['1,230', '4,096', '273.25', '−1.2\u00a0%', '1234.5'], ','],
  [['de-DE'], ['1.230', '4.096', '273,25', '−1,2\u00a0%', '1234,5'], '.'],
  [['fr-FR'], ['1\u202f230', '4\u202f096', '273,25', '−1,2\u00a0%', '1234,5'], '\u202f'],
  [['es-MX', 'de-DE'], ['1,230', '4,096', '273.25', '−1.2\u00a0%', '1234.5'], ','],
])('%j', (tags, texts, group) => {
  setLocales(tags);
  expect(written()).toEqual(texts);
  expect(groupSeparator()).toBe(group);
});

test.each(['ar-EG', 'fa-IR', 'hi-IN-u-nu-deva', 'my-MM', 'bn-BD', 'he-IL'])('%s has the digits of the words', (tag) => {
  setLocales([tag]);
  expect([...written(), percentText({ value: 0.15, ci95: [0.14, 0.16] })].join()).not.toMatch(/[^\P{Nd}0-9]/u);
  expect(dateFormat('day', { dateStyle: 'medium' }).format(0)).not.toMatch(/[^\P{Nd}0-9]/u);
});

test.each([[['en-US@posix']], [['']], [['not a locale', 'xx-yy-zz-11111111111']]])('%j is English', (tags) => {
  setLocales(tags);
  expect(significant(1234.5)).toBe('1,230');
});

test('the first locale that is known counts', () => {
  setLocales(['en-US@posix', 'de-DE', 'en']);
  expect(integerText(4096)).toBe('4.096');
});

describe('what is for files', () => {
  test('is in English, and what comes after it is not', () => {
    setLocales(['de-DE']);
    expect(inEnglish(() => integerText(4096))).toBe('4,096');
    expect(integerText(4096)).toBe('4.096');
  });
  test('is so where it fails, too', () => {
    setLocales(['de-DE']);
    const failing = () =>
      inEnglish(() => {
        throw new Error('no');
      });
    expect(failing).toThrow('no');
    expect(integerText(4096)).toBe('4.096');
  });
});

test('a format is made once for a locale', () => {
  const made = numberFormat('whole', {});
  expect(numberFormat('whole', {})).toBe(made);
  setLocales(['de-DE']);
  const german = numberFormat('whole', {});
  expect(german).not.toBe(made);
  inEnglish(() => expect(numberFormat('whole', {})).toBe(made));
  expect(numberFormat('whole', {})).toBe(german);
});
