import { expect, test } from 'vitest';
import { EXIT, worstOf } from './errors.ts';

test('of several runs, a wrong result is worse than a lost adapter, and that than Ctrl-C', () => {
  const { done, interrupted, noAdapter, wrong } = EXIT;
  expect(worstOf([])).toBe(done);
  expect(worstOf([done, interrupted])).toBe(interrupted);
  expect(worstOf([done, interrupted, noAdapter])).toBe(noAdapter);
  expect(worstOf([noAdapter, wrong, interrupted, done])).toBe(wrong);
});
