import { expect, test } from 'vitest';
import { mixIn } from './mix.ts';

test('shares are weights, and lengths come in their order', () => {
  expect(mixIn('8192:1, 512:3')).toEqual([
    { context: 512, share: 0.75 },
    { context: 8192, share: 0.25 },
  ]);
  expect(mixIn('512:0.5,8192:0.4,32768:0.1')?.map(({ share }) => share)).toEqual([0.5, 0.4, 0.1]);
  expect(mixIn('512:.5')).toEqual([{ context: 512, share: 1 }]);
});

test.each([
  ...['', '512', '512:', ':1', '512:0', '512:-1', '512:1,', '512:1,512:2', '0:1', '1.5:1', '512:1e3', '512:NaN'],
  ...['512:1;8192:1', '512:1:2', '999999999:1', `${'1:1,'.repeat(1001)}2:1`, '512:∞'],
])('%j is no mix', (text) => {
  expect(mixIn(text)).toBeUndefined();
});
