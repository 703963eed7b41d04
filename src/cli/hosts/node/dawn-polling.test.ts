import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { pauseDawn } from './dawn-polling.ts';

const before = Object.getOwnPropertyDescriptor(globalThis, 'setImmediate');
afterAll(() => {
  if (before) Object.defineProperty(globalThis, 'setImmediate', before);
});

/** Returns how often in a millisecond a function is called that asks again each time, over about `ms`. */
async function asked(ms: number, again: (look: () => void) => () => void): Promise<number> {
  let [looks, over] = [0, false];
  const look = again(() => {
    looks++;
    if (!over) setImmediate(look);
  });
  setImmediate(look);
  const start = performance.now();
  await new Promise((resolve) => setTimeout(resolve, ms));
  over = true;
  return looks / (performance.now() - start);
}

test('native functions, such as Dawn’s, are called every tenth of a millisecond at most, and others at once', async () => {
  pauseDawn();
  pauseDawn();
  // A bound function is native to the engine.
  expect(await asked(50, (look) => look.bind(undefined))).toBeLessThan(11);
  let isFirst = false;
  await new Promise<void>((resolve) => {
    setTimeout(resolve, 10);
    setImmediate((value) => (isFirst = value), true);
  });
  expect(isFirst).toBe(true);
  await expect(promisify(setImmediate)('value')).resolves.toBe('value');
});
