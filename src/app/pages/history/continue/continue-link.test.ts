import { expect, test } from 'vitest';
import { rememberPress, takeContinue } from './continue-link.ts';

const KEY = '2026-11-28T12:00:00.000Z 7';
const LINK = `?continue=${encodeURIComponent(KEY)}`;

/** The storage of a tab. */
function tab() {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
  return () => storage;
}

const denied = () => {
  throw new Error('SecurityError');
};

test('a link from elsewhere names the run, and was not pressed here', () => {
  expect(takeContinue(LINK, tab())).toEqual({ key: KEY, pressed: false, search: '', problems: [] });
});

test('a press on this site counts once, and for its own run only', () => {
  const storage = tab();
  rememberPress(KEY, storage);
  expect(takeContinue(LINK, storage)).toMatchObject({ key: KEY, pressed: true });
  expect(takeContinue(LINK, storage)).toMatchObject({ key: KEY, pressed: false });
  rememberPress('another', storage);
  expect(takeContinue(LINK, storage)).toMatchObject({ key: KEY, pressed: false });
});

test('other parameters stay as they are', () => {
  expect(takeContinue(`${LINK}&seed=1`, tab())).toMatchObject({ key: KEY, search: '?seed=1' });
  expect(takeContinue('?seed=1&context=128,max', tab())).toEqual({
    key: undefined,
    pressed: false,
    search: '?seed=1&context=128,max',
    problems: [],
  });
});

test.each([
  ['?continue=', '"continue" must be given once, with the key of a run; it is "".'],
  ['?continue=a&continue=b', '"continue" must be given once, with the key of a run; it is "a", and then "b".'],
])('%s names no run, and is said in a line', (search, line) => {
  expect(takeContinue(search, tab())).toEqual({ key: undefined, pressed: false, search: '', problems: [line] });
});

test('where storage is denied, the page asks', () => {
  rememberPress(KEY, denied);
  expect(takeContinue(LINK, denied)).toMatchObject({ key: KEY, pressed: false });
});
