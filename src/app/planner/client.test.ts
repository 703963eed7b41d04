import { expose } from 'comlink';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { DecodeRequest } from '../../model/request/request.ts';
import type { PlannerApi } from './api.ts';
import { startPlanner } from './client.ts';

const REQUEST: DecodeRequest = { models: [], sweep: { weights: [], kv: [], contexts: [], batches: [] } };
const LIMITS = { maxBufferSize: 1, maxStorageBufferBindingSize: 1 };

let channel: MessageChannel;

/** Stands for the page's `Worker`. */
function MadeWorker() {
  return channel.port2;
}

beforeEach(() => {
  channel = new MessageChannel();
  vi.stubGlobal('Worker', MadeWorker);
});
afterEach(() => {
  channel.port1.close();
  channel.port2.close();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test('a planner that cannot be loaded says so once, and whoever waits for a file goes on', async () => {
  const onBroken = vi.fn();
  const read = startPlanner(onBroken).read([]);
  channel.port2.dispatchEvent(Object.assign(new Event('error'), { message: '' }));
  expect(await read).toBe('');
  expect(onBroken).toHaveBeenCalledOnce();
});

test('a plan that fails is said', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  const api: PlannerApi = {
    read: async () => '',
    plan: () => Promise.reject(new Error('It broke.')),
  };
  expose(api, channel.port1);
  const broken = new Promise<void>((resolve) => {
    startPlanner(resolve).plan(REQUEST, LIMITS, 1, () => {});
  });
  await broken;
  expect(console.error).toHaveBeenCalledOnce();
});
