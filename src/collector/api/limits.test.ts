/** Tests of limits: of submitters, over all replicas; of downloads; of work; and of a store that fails. */

import { afterEach, describe, expect, test } from 'vitest';
import {
  bodyOf,
  type Collecting,
  type CollectingOptions,
  runOf,
  startCollector,
} from '../../../tests/support/crowd/collecting.ts';
import { type Store, Unavailable } from '../store/store.ts';

const started: Collecting[] = [];
const start = async (options: CollectingOptions): Promise<Collecting> => {
  const collecting = await startCollector(options);
  started.push(collecting);
  return collecting;
};
afterEach(() => Promise.all(started.splice(0).map((one) => one.close())));

const submit = ({ address }: Collecting, nth: number, headers: Record<string, string> = {}) =>
  fetch(`${address}v1/runs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: bodyOf(runOf(nth)),
  });

describe('submitters', () => {
  test('who submits too much is told when to come back; others are not held up', async () => {
    const limits = { submissionsPerHour: 2 };
    const collecting = await start({ limits, server: { trustedProxies: ['127.0.0.0/8'] } });
    const from = async (address: string, nth: number) =>
      (await submit(collecting, nth, { 'x-forwarded-for': address })).status;
    expect([await from('192.0.2.1', 1), await from('192.0.2.1', 2)]).toEqual([201, 201]);
    const refused = await submit(collecting, 3, { 'x-forwarded-for': '192.0.2.1' });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3000);
    expect(await from('192.0.2.2', 3)).toBe(201);
    // One person has all of a /64.
    expect([await from('2001:db8::1', 4), await from('2001:db8::2', 5), await from('2001:db8::3', 6)]).toEqual([
      201, 201, 429,
    ]);
  });

  test('the word of a proxy that is not configured counts for nothing', async () => {
    const collecting = await start({ limits: { submissionsPerHour: 1 } });
    const from = async (address: string, nth: number) =>
      (await submit(collecting, nth, { 'x-forwarded-for': address })).status;
    expect([await from('192.0.2.1', 1), await from('192.0.2.2', 2)]).toEqual([201, 429]);
  });

  test('no address is kept, nor in any answer or line', async () => {
    const collecting = await start({ server: { trustedProxies: ['127.0.0.0/8'] } });
    await submit(collecting, 1, { 'x-forwarded-for': '203.0.113.77' });
    const run = await collecting.store.find(runOf(1).id);
    const metrics = await (await fetch(`${collecting.address}metrics`)).text();
    for (const text of [JSON.stringify(run), metrics, collecting.lines.join()]) {
      expect(text).not.toContain('203.0.113.77');
      expect(text).not.toContain('127.0.0.1');
    }
  });
});

test('wrong tokens are counted', async () => {
  const collecting = await start({ limits: { wrongTokensPerHour: 2 } });
  await submit(collecting, 1);
  const guess = async () => {
    const headers = { authorization: 'Bearer guess' };
    return (await fetch(`${collecting.address}v1/runs/${runOf(1).id}`, { method: 'DELETE', headers })).status;
  };
  expect([await guess(), await guess(), await guess()]).toEqual([403, 403, 429]);
});

test('without a token of a moderator there is no moderation', async () => {
  const collecting = await start({});
  const response = await fetch(`${collecting.address}v1/runs/${runOf(1).id}/status`, {
    method: 'POST',
    headers: { authorization: 'Bearer ' },
    body: '{}',
  });
  expect(response.status).toBe(404);
});

test('downloads are counted', async () => {
  const collecting = await start({ limits: { dumpsPerHour: 1 } });
  const dump = async () => (await fetch(`${collecting.address}v1/dump.jsonl`)).status;
  expect([await dump(), await dump()]).toEqual([200, 429]);
});

test('downloads that are asked for together count together, and those that have ended no more', async () => {
  let admitted = 0;
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  /** A store that is slow to answer the first, until another has got as far. */
  const slow = (store: Store) =>
    new Proxy(store, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        if (name !== 'admit') return value.bind(target);
        return async (...asked: unknown[]) => {
          if (++admitted > 1) open();
          await opened;
          return Reflect.apply(value, target, asked);
        };
      },
    });
  const collecting = await start({ limits: { dumpsAtOnce: 1, dumpsPerHour: 1000 }, storeAs: slow });
  const dump = async () => (await fetch(`${collecting.address}v1/dump.jsonl`)).status;
  const first = dump();
  await expect.poll(() => admitted).toBe(1);
  const second = await dump();
  open();
  expect([await first, second]).toEqual([200, 503]);
  await expect.poll(dump).toBe(200);
});

test('a record that costs too much is refused, and the next is taken by another worker', async () => {
  const collecting = await start({ workers: 1, maxTaskMs: 1 });
  const refused = await submit(collecting, 1);
  expect(refused.status).toBe(413);
  expect((await refused.json()).detail).toBe('the record is not taken: checking it takes longer than 0.001 s');
  expect((await submit(collecting, 2)).status).toBe(413);
  expect((await fetch(`${collecting.address}healthz`)).status).toBe(200);
});

test('bodies beyond the memory for them are put off', async () => {
  const collecting = await start({ limits: { bodyBytesAtOnce: 1000 } });
  const refused = await submit(collecting, 1);
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
});

describe('a store', () => {
  const broken = (error: Error) => (store: Store) =>
    new Proxy(store, {
      get(target, name) {
        if (name === 'add' || name === 'ping') return () => Promise.reject(error);
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });

  test('that does not answer: nothing is acknowledged, and the client is told to come back', async () => {
    const collecting = await start({ storeAs: broken(new Unavailable('the database does not answer')) });
    const refused = await submit(collecting, 1);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
    expect((await refused.json()).detail).toContain('the database does not answer');
    expect((await fetch(`${collecting.address}healthz`)).status).toBe(503);
    expect(collecting.lines).toEqual([]);
  });

  test('that fails: the fault is written down, and the client is told nothing of it', async () => {
    const collecting = await start({ storeAs: broken(new Error('secret detail')) });
    const refused = await submit(collecting, 1);
    expect(refused.status).toBe(500);
    expect(await refused.text()).not.toContain('secret detail');
    expect(collecting.lines.join()).toContain('secret detail');
  });
});

test('a run that stays in quarantine is judged once', async () => {
  let judgements = 0;
  const counted = (store: Store): Store =>
    new Proxy(store, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (name === 'judge') judgements++;
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  const collecting = await start({ storeAs: counted, lookEveryMs: 20 });
  await submit(collecting, 1);
  await expect.poll(() => judgements).toBe(1);
  await collecting.store.judge(runOf(1).id, 'quarantined', [{ rule: 'some', text: 'Some reason.' }]);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(judgements).toBe(2);
});
