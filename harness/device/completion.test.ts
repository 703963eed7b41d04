import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { findCompletion } from './completion.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/**
 * An engine whose GPU is done `workMs` after each submission that is not empty. It looks for that every `everyMs`, and
 * inside `submit` if `looksInSubmit`.
 */
function engine(everyMs: number, looksInSubmit: boolean) {
  let [submits, asks, doneMs] = [0, 0, 0];
  let waiting: (() => void)[] = [];
  const look = () => {
    if (performance.now() < doneMs) return;
    for (const resolve of waiting) resolve();
    waiting = [];
  };
  setInterval(look, everyMs);
  const queue: Partial<GPUQueue> = {
    submit() {
      submits++;
      if (looksInSubmit) look();
      return undefined;
    },
    onSubmittedWorkDone() {
      asks++;
      return new Promise((resolve) => {
        waiting.push(() => resolve(undefined));
      });
    },
  };
  return {
    device: { queue } as GPUDevice,
    /** Begins work of `ms`. Returns how to ask for its end. */
    work: (ms: number) => {
      doneMs = performance.now() + ms;
      return () => (queue as GPUQueue).onSubmittedWorkDone();
    },
    submits: () => submits,
    asks: () => asks,
  };
}

const host = {
  now: () => performance.now(),
  pause: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
};

/** Lets time pass until `work` is done. Returns how long it took, in ms. */
async function timed<T>(work: Promise<T>): Promise<{ value: T; ms: number }> {
  const start = performance.now();
  let done = false;
  const settled = () => {
    done = true;
  };
  work.then(settled, settled);
  while (!done) await vi.advanceTimersByTimeAsync(0.5);
  return { value: await work, ms: performance.now() - start };
}

test('an engine that looks every 100 ms, and whenever something is submitted, is nudged', async () => {
  const { device, work } = engine(100, true);
  const { value: completion } = await timed(findCompletion(host, device));
  expect(completion.nudges).toBe(true);
  const { ms } = await timed(completion.wait(work(30)));
  expect(ms).toBeGreaterThanOrEqual(30);
  expect(ms).toBeLessThan(33);
});

test('one nudge that helped is enough on a busy machine', async () => {
  const { device } = engine(100, true);
  const pausesMs = [90, 70, 80, 1];
  const busy = { ...host, pause: (ms: number) => host.pause(pausesMs.shift() ?? ms) };
  expect((await timed(findCompletion(busy, device))).value.nudges).toBe(true);
  expect(pausesMs).toEqual([]);
});

test('nudges are few before the work should be done', async () => {
  const { device, work, submits } = engine(100, true);
  const { value: completion } = await timed(findCompletion(host, device));
  const before = submits();
  const { ms } = await timed(completion.wait(work(50), 50));
  expect(ms).toBeLessThan(53);
  expect(submits() - before).toBeLessThan(30);
});

test('nudges are few where nobody reads the wall clock', async () => {
  const { device, work, submits } = engine(100, true);
  const { value: completion } = await timed(findCompletion(host, device));
  const before = submits();
  const { ms } = await timed(completion.wait(work(64), 50, false));
  expect(ms).toBeLessThanOrEqual(69);
  expect(submits() - before).toBeLessThanOrEqual(6);
});

test.each([60, 80, 100])('work of 50 ms that was expected to take %d ms is seen to take 50', async (expectedMs) => {
  const { device, work } = engine(1000, true);
  const { value: completion } = await timed(findCompletion(host, device));
  const { ms } = await timed(completion.wait(work(50), expectedMs));
  expect(ms).toBeGreaterThanOrEqual(50);
  expect(ms).toBeLessThanOrEqual(50 + expectedMs / 32 + 1);
});

test.each([
  ['that nudges do not help', 100, false],
  ['that learns soon', 1, false],
])('an engine %s is not nudged', async (_, everyMs, looksInSubmit) => {
  const { device } = engine(everyMs, looksInSubmit);
  expect((await timed(findCompletion(host, device))).value.nudges).toBe(false);
});

test.each([
  ['at once', true, 1],
  ['only when it is expected where nobody reads the wall clock', false, 0],
])('an engine that learns soon is asked for the end %s', async (_, finely, asksMeanwhile) => {
  const { device, work, asks } = engine(1, false);
  const { value: completion } = await timed(findCompletion(host, device));
  const before = asks();
  const waiting = completion.wait(work(50), 50, finely);
  await vi.advanceTimersByTimeAsync(49);
  expect(asks() - before).toBe(asksMeanwhile);
  await timed(waiting);
  expect(asks() - before).toBe(1);
});

test('a host without a timer does not nudge', async () => {
  const { device, submits } = engine(100, true);
  expect((await findCompletion({ now: host.now }, device)).nudges).toBe(false);
  expect(submits()).toBe(0);
});

test('work that fails is not waited for', async () => {
  const { device } = engine(100, true);
  const { value: completion } = await timed(findCompletion(host, device));
  const failed = Promise.reject(new Error('the device is lost'));
  await expect(timed(completion.wait(() => failed))).rejects.toThrow('lost');
});
