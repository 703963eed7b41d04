/** Two services before one database are one service: what the one takes, the other has, counts and knows. */

import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { isOurs } from '../../src/collector/challenge.ts';
import { bodyOf, type Collecting, runOf, startCollector } from '../support/crowd/collecting.ts';
import { makeDatabase, urlOf } from '../support/crowd/postgres.ts';

const replicas: Collecting[] = [];
beforeAll(async () => {
  const postgres = inject('postgres');
  const where = urlOf(postgres, await makeDatabase(postgres));
  for (let i = 0; i < 2; i++) replicas.push(await startCollector({ where, limits: { submissionsPerHour: 4 } }));
});
afterAll(() => Promise.all(replicas.map((one) => one.close())));

const at = (replica: number, path: string): string => `${replicas[replica]?.address}${path}`;

const submit = (replica: number, nth: number): Promise<Response> =>
  fetch(at(replica, 'v1/runs'), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: bodyOf(runOf(nth)),
  });

test('a run is known to both, judged once, and deleted through either', async () => {
  const added = await submit(0, 1);
  expect(added.status).toBe(201);
  const { id, token } = await added.json();
  expect((await submit(1, 1)).status).toBe(200);
  const statusAt = async (replica: number) => (await (await fetch(at(replica, `v1/runs/${id}`))).json()).status;
  await expect.poll(() => statusAt(1)).not.toBe('quarantined');
  expect(await statusAt(0)).toBe(await statusAt(1));
  const headers = { authorization: `Bearer ${token}` };
  expect((await fetch(at(1, `v1/runs/${id}`), { method: 'DELETE', headers })).status).toBe(204);
  expect((await fetch(at(0, `v1/runs/${id}`))).status).toBe(404);
});

test('a seed that one gave is known to the other', async () => {
  const challenge = await (await fetch(at(0, 'v1/challenge'))).json();
  const secret = await replicas[1]?.store.secret('challenges', Number.MAX_SAFE_INTEGER);
  expect(isOurs(secret ?? '', challenge, Date.now())).toBe(true);
});

test('the same, sent to both at the same time, is added once', async () => {
  const statuses = (await Promise.all([submit(0, 2), submit(1, 2)])).map(({ status }) => status);
  expect(statuses.sort()).toEqual([200, 201]);
});

test('submissions of one network are counted by both together', async () => {
  // Four were sent before.
  expect([(await submit(0, 3)).status, (await submit(1, 4)).status]).toEqual([429, 429]);
});
