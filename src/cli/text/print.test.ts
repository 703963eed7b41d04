import { afterEach, expect, test, vi } from 'vitest';
import { print, printError, printJson } from './print.ts';

const out = vi.spyOn(console, 'log').mockImplementation(() => {});
const err = vi.spyOn(console, 'error').mockImplementation(() => {});

afterEach(() => vi.clearAllMocks());

const NAME = 'RTX\u001b]0;owned\u0007 \u202eevil\u009b31m\ud800';

test('lines are printed without what acts on a terminal', () => {
  print(`adapter  ${NAME}\nclock    ok`);
  expect(out.mock.calls).toEqual([['adapter  RTX\ufffd]0;owned\ufffd \ufffdevil\ufffd31m\ufffd\nclock    ok']]);
  printError(`hbmark: ${'x'.repeat(400_000)}`);
  expect(String(err.mock.calls[0]?.[0]).length).toBe(4000);
});

test('JSON is escaped, and read as the same', () => {
  const value = { name: NAME, list: ['\u{e0041}', 'ü', '\n'] };
  printJson(value);
  const text = String(out.mock.calls[0]?.[0]);
  expect(text).toBe(
    JSON.stringify(value, null, 2).replace(/[\u009b\u202e\u{e0041}]/gu, (c) =>
      [...Array(c.length).keys()].map((i) => `\\u${c.charCodeAt(i).toString(16).padStart(4, '0')}`).join(''),
    ),
  );
  expect(JSON.parse(text)).toEqual(value);
});
