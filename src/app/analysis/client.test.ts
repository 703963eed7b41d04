import { expose } from 'comlink';
import { afterEach, expect, test, vi } from 'vitest';
import type { AnalystApi } from './api.ts';
import { startAnalyst } from './client.ts';
import { EMPTY_VIEW } from './empty-view.ts';

afterEach(() => void vi.restoreAllMocks());

test.each(['view', 'law'] as const)('an analyst whose %s fails is said, and is asked again', async (what) => {
  const logged = vi.spyOn(console, 'error').mockImplementation(() => {});
  let fails = true;
  const failing = (name: string): void => {
    if (fails && name === what) throw new Error('It broke.');
  };
  const analyst: AnalystApi = {
    reset() {},
    receive() {},
    view() {
      failing('view');
      return EMPTY_VIEW;
    },
    law: () => void failing('law'),
    result: () => undefined,
  };
  const { port1, port2 } = new MessageChannel();
  expose(analyst, port1);
  const laws: unknown[] = [];
  const onBroken = vi.fn();
  const worker = { worker: port2 as unknown as Worker, failed: new Promise<string>(() => {}) };
  const asked = startAnalyst('a', { onView() {}, onLaw: (law) => void laws.push(law), onBroken }, worker);
  asked.choose('b');
  await expect.poll(() => onBroken.mock.calls.length).toBe(1);
  expect(logged).toHaveBeenCalledOnce();
  fails = false;
  asked.choose('c');
  await expect.poll(() => laws).toEqual([undefined]);
  port1.close();
  port2.close();
});
