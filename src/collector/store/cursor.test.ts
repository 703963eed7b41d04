import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCursor, writeCursor } from './cursor.ts';
import { BadCursor } from './store.ts';

const NOW = Date.UTC(2026, 10, 29);
const DAY = 86_400_000;
const PLACE = { receivedMs: NOW - 5, id: 'ab'.repeat(32) };

test('a cursor is read back, for the filter that it was written for', () => {
  const filter = { part: 'RTX 4090', software: false };
  expect(readCursor(filter, writeCursor(filter, PLACE, NOW), NOW + DAY)).toEqual(PLACE);
  // The order of keys says nothing.
  expect(readCursor({ software: false, part: 'RTX 4090' }, writeCursor(filter, PLACE, NOW), NOW)).toEqual(PLACE);
});

describe('refused, by a line that says why:', () => {
  test.each<[string, string, number, RegExp]>([
    ['one of another filter', writeCursor({ part: 'A' }, PLACE, NOW), NOW, /another query/],
    ['one of yesterday', writeCursor({}, PLACE, NOW), NOW + DAY + 1, /good for a day/],
    ['one of tomorrow', writeCursor({}, PLACE, NOW + DAY), NOW, /good for a day/],
    ['nothing', '', NOW, /no cursor of this collection/],
    ['a word', 'next', NOW, /no cursor/],
    ['JSON of another form', Buffer.from('{"__proto__":1}').toString('base64url'), NOW, /no cursor/],
    ['a long text', 'A'.repeat(100_000), NOW, /no cursor/],
    ['half of one', writeCursor({}, PLACE, NOW).slice(0, 60), NOW, /no cursor/],
  ])('%s', (_, text, nowMs, why) => {
    expect(() => readCursor({}, text, nowMs)).toThrow(BadCursor);
    expect(() => readCursor({}, text, nowMs)).toThrow(why);
  });

  test('any text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(() => readCursor({}, text, NOW)).toThrow(BadCursor);
      }),
    );
  });
});
