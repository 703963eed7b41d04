import { afterEach, expect, test } from 'vitest';
import { setLocales } from '../../../results/text/locale.ts';
import { dateText, dayText } from './date-text.ts';

afterEach(() => setLocales([]));

const NOON = '2026-11-28T12:03:00';

test.each([
  [[], '28 Nov 2026, 12:03', '28 Nov 2026'],
  [['de-DE'], '28.11.2026, 12:03', '28.11.2026'],
  [['en-US'], 'Nov 28, 2026, 12:03 PM', 'Nov 28, 2026'],
])('%j', (tags, time, day) => {
  setLocales(tags);
  // Versions of ICU have one or another space before PM.
  expect([dateText(NOON).replace('\u202f', ' '), dayText(NOON)]).toEqual([time, day]);
});

test('a date that runs from right to left leaves the words beside it in their order', () => {
  setLocales(['ar-EG']);
  expect(dayText(NOON)).toMatch(/^\u2068.*2026.*\u2069$/);
});
