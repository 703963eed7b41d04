import { expect, test } from 'vitest';
import { isHandheld, placeOf, placeText, programName } from './place.ts';

test.each([
  ['browser', 'Google Chrome', 'Windows', 'Chrome on Windows'],
  ['browser', 'Chromium', 'Linux', 'Chrome on Linux'],
  ['browser', 'Brave', 'macOS', 'Chrome on macOS'],
  ['browser', 'Google Chrome', 'Chrome OS', 'Chrome on ChromeOS'],
  ['browser', 'Google Chrome', 'Android', 'Chrome on Android'],
  ['browser', 'Microsoft Edge', 'Windows', 'Edge on Windows'],
  ['browser', 'Firefox', 'Win32', 'Firefox on Windows'],
  ['browser', 'Firefox', 'MacIntel', 'Firefox on macOS'],
  ['browser', 'Firefox', 'Linux x86_64', 'Firefox on Linux'],
  ['browser', 'Safari', 'MacIntel', 'Safari on macOS'],
  ['browser', 'Safari', 'iPhone', 'Safari on iOS'],
  ['browser', 'Chrome', 'iPad', 'Chrome on iOS'],
  ['browser', 'unknown browser', '', 'this browser'],
  ['node', 'Dawn', 'linux x64', 'Node on Linux'],
  ['node', 'Dawn', 'darwin arm64', 'Node on macOS'],
  ['node', 'Dawn', 'win32 x64', 'Node on Windows'],
  ['deno', 'wgpu', 'linux x86_64', 'Deno on Linux'],
] as const)('%s %s %s is %s', (kind, brand, platform, text) => {
  expect(placeText(placeOf({ kind, brand, platform }))).toBe(text);
});

test('phones and tablets are handheld', () => {
  const handheld = (platform: string) => isHandheld(placeOf({ kind: 'browser', brand: 'x', platform }));
  expect(['Android', 'iPhone', 'Windows', 'Chrome OS', 'MacIntel'].map(handheld)).toEqual([
    ...[true, true, false, false, false],
  ]);
});

test('a program has a name even where it is not known', () => {
  expect(programName({ program: 'unknown' })).toBe('this browser');
});
