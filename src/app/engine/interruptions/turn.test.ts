import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { EngineEvent } from '../../../../harness/tuning/events.ts';
import { inTurn } from './turn.ts';

interface Asked {
  readonly ifAvailable?: boolean;
  readonly signal?: AbortSignal;
}

/** One lock, as Web Locks have it: https://w3c.github.io/web-locks/ */
class OneLock {
  #last: Promise<unknown> = Promise.resolve();
  #users = 0;

  async request(_: string, { ifAvailable, signal }: Asked, use: (lock: object | null) => unknown): Promise<unknown> {
    await Promise.resolve();
    if (ifAvailable && this.#users > 0) return use(null);
    this.#users++;
    const aborted = new Promise<never>((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
    const used = Promise.race([this.#last, aborted]).then(() => use({}));
    this.#last = used.catch(() => {}).finally(() => this.#users--);
    return used;
  }
}

const NEVER = new AbortController().signal;
const ignored = (): void => {};

beforeEach(() => void vi.stubGlobal('navigator', { locks: new OneLock() }));
afterEach(() => void vi.unstubAllGlobals());

/** Begins a session that ends when it is told to. */
function session(signal = NEVER) {
  const events: EngineEvent[] = [];
  const began: (string | undefined)[] = [];
  let end = ignored;
  const ending = new Promise<void>((resolve) => {
    end = resolve;
  });
  const ended = inTurn(
    signal,
    (event) => void events.push(event),
    (otherRun) => {
      began.push(otherRun);
      return ending;
    },
  );
  return { events, began, end, ended };
}

/** Lets all go on that waits for nothing. */
const settled = () => new Promise((resolve) => setTimeout(resolve));

test('of two sessions that begin together the second waits, says so, and knows for what', async () => {
  const [first, second] = [session(), session()];
  await settled();
  expect([first.began, second.began]).toEqual([[undefined], []]);
  expect([first.events, second.events]).toMatchObject([[], [{ phase: 'paused' }]]);
  first.end();
  await first.ended;
  await settled();
  expect(second.began).toEqual([expect.stringMatching(/^another tab measured .* waited 0 s for it$/)]);
  second.end();
  await second.ended;
});

test('a session that is cancelled while it waits does not begin', async () => {
  const cancel = new AbortController();
  const [first, second] = [session(), session(cancel.signal)];
  await settled();
  cancel.abort();
  await expect(second.ended).rejects.toMatchObject({
    ...{ code: 'cancelled', message: expect.stringMatching(/^Cancelled while another tab was measuring/) },
  });
  first.end();
  await first.ended;
  expect(second.began).toEqual([]);
});

test('a session that was cancelled before its turn does not begin, and nobody is blamed', async () => {
  const one = session(AbortSignal.abort());
  await expect(one.ended).rejects.toMatchObject({
    ...{ code: 'cancelled', message: 'Cancelled before it began: nothing was measured.' },
  });
  expect(one.began).toEqual([]);
});

test.each(['at once', 'after another'])(
  'what a session that begins %s is broken off by is said as it is',
  async (when) => {
    const first = when === 'at once' ? undefined : session();
    const error = new DOMException('The device was taken.', 'AbortError');
    const broken = inTurn(NEVER, ignored, () => Promise.reject(error));
    first?.end();
    await expect(broken).rejects.toBe(error);
  },
);

test('where the browser has no locks, or refuses them, a session begins', async () => {
  const request = () => Promise.reject(new DOMException('denied', 'SecurityError'));
  for (const locks of [undefined, { request }]) {
    vi.stubGlobal('navigator', { locks });
    const one = session();
    one.end();
    await one.ended;
    expect(one.began).toEqual([undefined]);
  }
});
