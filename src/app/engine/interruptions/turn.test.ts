import { afterEach, expect, test, vi } from 'vitest';
import { inTurn } from './turn.ts';

afterEach(() => void vi.unstubAllGlobals());

test('a session that was cancelled before its turn does not begin, and nobody is blamed', async () => {
  vi.stubGlobal('navigator', {});
  const work = vi.fn();
  await expect(inTurn(AbortSignal.abort(), () => {}, work)).rejects.toMatchObject({
    code: 'cancelled',
    message: 'Cancelled before it began: nothing was measured.',
  });
  expect(work).not.toHaveBeenCalled();
});
