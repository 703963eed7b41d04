import { expect, test } from 'vitest';
import { orFailed, started } from './started-worker.ts';

/** A worker that never answers. */
function silent() {
  const worker = new EventTarget();
  const fail = (message: string) => worker.dispatchEvent(Object.assign(new Event('error'), { message }));
  return { on: started(worker as Worker), fail };
}

const NEVER = new Promise<number>(() => {});

test('an answer is handed on, and one that never comes is what is said of the failure', async () => {
  const { on, fail } = silent();
  const orSaid = orFailed(on, (why) => `It stopped (${why}).`);
  expect(await orSaid(Promise.resolve(7))).toBe(7);
  const asked = orSaid(NEVER);
  fail('');
  expect(await asked).toBe('It stopped (it could not be loaded).');
  // Who asks later hears of it, too.
  expect(await orSaid(NEVER)).toBe('It stopped (it could not be loaded).');
});

test('a failure may be thrown, and is no unheard rejection where nobody has asked yet', async () => {
  const { on, fail } = silent();
  const orThrown = orFailed(on, (why): never => {
    throw new Error(`It stopped (${why}).`);
  });
  fail('no memory');
  await new Promise((resolve) => setTimeout(resolve));
  await expect(orThrown(NEVER)).rejects.toThrow('It stopped (no memory).');
});
