import { expect, test } from 'vitest';
import { type Agent, browserInfo } from './browser.ts';

test('user agent data name the browser, not its engine or the invented brand', () => {
  const userAgentData = {
    brands: [
      { brand: 'Not)A;Brand', version: '8' },
      { brand: 'Chromium', version: '144' },
      { brand: 'Google Chrome', version: '144' },
    ],
    platform: 'Windows',
  };
  expect(browserInfo({ userAgent: '', userAgentData })).toEqual({
    kind: 'browser',
    brand: 'Google Chrome',
    majorVersion: 144,
    platform: 'Windows',
  });
});

test('user agent data of Chromium itself name Chromium', () => {
  const userAgentData = { brands: [{ brand: 'Chromium', version: '144' }], platform: 'Linux' };
  expect(browserInfo({ userAgent: '', userAgentData }).brand).toBe('Chromium');
});

test.each([
  ['Mozilla/5.0 (Windows NT 10.0; rv:145.0) Gecko/20100101 Firefox/145.0', 'Firefox', 145],
  ['Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15', 'Safari', 26],
  ['Mozilla/5.0 (X11) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/144.0.0.0 Safari/537.36', 'Chrome', 144],
  ['Mozilla/5.0 (X11) AppleWebKit/537.36 Chrome/144.0.0.0 Safari/537.36 Edg/144.0', 'Microsoft Edge', 144],
  ['curl/8', 'unknown browser', null],
])('the user agent string %s names %s', (userAgent, brand, majorVersion) => {
  expect(browserInfo({ userAgent, platform: 'x' })).toEqual({ kind: 'browser', brand, majorVersion, platform: 'x' });
});

test.each<[string, Agent, string]>([
  [
    'Firefox on Android',
    { userAgent: 'Mozilla/5.0 (Android 15; Mobile; rv:145.0)', platform: 'Linux aarch64' },
    'Android',
  ],
  ['Chrome on Android', { userAgent: '', userAgentData: { brands: [], platform: 'Android' } }, 'Android'],
  ['an iPhone', { userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X)', platform: 'iPhone' }, 'iOS'],
  ['an iPad that says so', { userAgent: 'Mozilla/5.0 (iPad; CPU OS 18_0)', platform: 'iPad' }, 'iPadOS'],
  [
    'an iPad that calls itself a Mac',
    { userAgent: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)', platform: 'MacIntel', maxTouchPoints: 5 },
    'iPadOS',
  ],
  ['a Mac', { userAgent: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)', platform: 'MacIntel' }, 'MacIntel'],
  ['a laptop with a touch screen', { userAgent: '(Windows NT 10.0)', platform: 'Win32', maxTouchPoints: 10 }, 'Win32'],
])('the platform of %s', (_, agent, platform) => {
  expect(browserInfo(agent).platform).toBe(platform);
});
