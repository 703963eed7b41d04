import { expect, test } from 'vitest';
import { stepTo } from './step-keys.ts';

test('arrows step through the rows and stop at their ends', () => {
  expect([stepTo('ArrowDown', undefined, 3), stepTo('ArrowDown', 0, 3), stepTo('ArrowDown', 2, 3)]).toEqual([0, 1, 2]);
  expect([stepTo('ArrowUp', undefined, 3), stepTo('ArrowUp', 1, 3), stepTo('ArrowUp', 0, 3)]).toEqual([2, 0, 0]);
  expect([stepTo('Home', 2, 3), stepTo('End', 0, 3)]).toEqual([0, 2]);
  expect(stepTo('Tab', 1, 3)).toBeUndefined();
});
