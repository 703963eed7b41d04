import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { lastLeftAt, noteLeaving } from './leaving.ts';

/** The storage that all pages of a browser share. */
let kept: Map<string, string>;

beforeEach(() => {
  kept = new Map();
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const MINUTE = (n: number): string => `2026-11-28T12:0${n}:00.000Z`;

/** Opens a page that notes when it is left. The functions that it returns happen to it at minute `n`. */
function openPage() {
  const page = Object.assign(new EventTarget(), { hidden: false });
  const window = new EventTarget();
  vi.stubGlobal('document', page);
  vi.stubGlobal('addEventListener', window.addEventListener.bind(window));
  noteLeaving();
  const at = (n: number, change: () => void) => {
    vi.setSystemTime(MINUTE(n));
    vi.stubGlobal('document', page);
    change();
  };
  const turn = (hidden: boolean) => (n: number) =>
    at(n, () => {
      page.hidden = hidden;
      page.dispatchEvent(new Event('visibilitychange'));
    });
  return {
    hide: turn(true),
    show: turn(false),
    close: (n: number) => at(n, () => window.dispatchEvent(new Event('pagehide'))),
  };
}

test('a page that is closed is left, and one that is open is not', () => {
  const page = openPage();
  expect(lastLeftAt()).toBeNull();
  page.close(1);
  expect(lastLeftAt()).toBe(MINUTE(1));
});

test('a page is left while it is hidden, since a browser may discard it, and not once it is seen again', () => {
  openPage().close(1);
  const page = openPage();
  page.hide(2);
  expect(lastLeftAt()).toBe(MINUTE(2));
  page.show(3);
  expect(lastLeftAt()).toBe(MINUTE(1));
  page.hide(4);
  expect(lastLeftAt()).toBe(MINUTE(4));
});

test('a page that is seen again does not take back what another page has noted since', () => {
  const page = openPage();
  const other = openPage();
  page.hide(1);
  other.close(2);
  page.show(3);
  expect(lastLeftAt()).toBe(MINUTE(2));
});

test('a page that is closed after it was restored is left at the time of its last closing', () => {
  const page = openPage();
  page.close(1);
  page.show(2);
  page.close(3);
  expect(lastLeftAt()).toBe(MINUTE(3));
});

test('a browser without storage knows no time, and breaks nothing', () => {
  vi.stubGlobal('localStorage', undefined);
  openPage().close(1);
  expect(lastLeftAt()).toBeNull();
});
