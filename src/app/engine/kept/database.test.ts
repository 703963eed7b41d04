import { afterEach, expect, test, vi } from 'vitest';
import { tryDatabase } from './database.ts';

afterEach(() => void vi.restoreAllMocks());

test.each([
  ['full', 'QuotaExceededError', 0],
  ['denied', 'SecurityError', 0],
  ['denied', 'DataCloneError', 1],
] as const)(
  'a storage that is %s (%s) is data, and what no browser would say is logged',
  async (trouble, name, times) => {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => {});
    const error = new DOMException('no', name);
    const outcome = await tryDatabase(
      () => Promise.reject(error),
      async () => {},
    );
    expect(outcome).toEqual({ trouble });
    expect(logged.mock.calls).toEqual(Array.from({ length: times }, () => [error]));
  },
);
