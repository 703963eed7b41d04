import { expect, test } from 'vitest';
import { startAhead } from './compile-ahead.ts';

test('taking an item starts those that follow it, and nothing is started twice', async () => {
  const started: number[] = [];
  const take = startAhead([1, 2, 3, 4, 5, 6], async (n) => {
    started.push(n);
    return 10 * n;
  });
  expect(await take(1)).toBe(10);
  expect(started).toEqual([1, 2, 3, 4]);
  expect(await take(2)).toBe(20);
  expect(await take(2)).toBe(20);
  expect(started).toEqual([1, 2, 3, 4, 5]);
  expect(await take(6)).toBe(60);
  expect(started).toEqual([1, 2, 3, 4, 5, 6]);
});

test('a failure is thrown when its item is taken', async () => {
  const take = startAhead(['right', 'wrong', 'right too'], async (item) => {
    if (item === 'wrong') throw new Error(item);
    return item;
  });
  expect(await take('right')).toBe('right');
  await expect(take('wrong')).rejects.toThrow('wrong');
  expect(await take('right too')).toBe('right too');
});
