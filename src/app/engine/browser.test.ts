import { expect, test } from 'vitest';
import { browserInfo } from './browser.ts';

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

test.each([
  ['Mozilla/5.0 (Android 15; Mobile; rv:150.0) Gecko/150.0 Firefox/150.0', 'Linux armv81', 5, 'Android'],
  [
    'Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15',
    'MacIntel',
    5,
    'iPad',
  ],
  [
    'Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15',
    'MacIntel',
    0,
    'MacIntel',
  ],
  ['Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 Version/26.0 Mobile/15E148 Safari/604.1', 'iPhone', 5, 'iPhone'],
  ['Mozilla/5.0 (Windows NT 10.0; rv:150.0) Gecko/20100101 Firefox/150.0', 'Win32', 10, 'Win32'],
])('%s on %s with %d touch points is on %s', (userAgent, platform, maxTouchPoints, system) => {
  expect(browserInfo({ userAgent, platform, maxTouchPoints }).platform).toBe(system);
});
