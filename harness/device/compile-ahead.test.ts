import { expect, test } from 'vitest';
import { ahead } from './compile-ahead.ts';

test('what follows is started with what is taken, and nothing twice', async () => {
  const started: number[] = [];
  const take = ahead([1, 2, 3, 4, 5, 6], async (n) => {
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

test('a failure is of the one that is taken', async () => {
  const take = ahead(['right', 'wrong', 'right too'], async (item) => {
    if (item === 'wrong') throw new Error(item);
    return item;
  });
  expect(await take('right')).toBe('right');
  await expect(take('wrong')).rejects.toThrow('wrong');
  expect(await take('right too')).toBe('right too');
});
