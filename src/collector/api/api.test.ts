/** Tests of the collector's routes, over HTTP, before a store on disk. */

import { gzipSync } from 'node:zlib';
import { parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bodyOf, type Collecting, runOf, startCollector } from '../../../tests/support/crowd/collecting.ts';
import { isOurs } from '../challenge.ts';

const MODERATOR = 'a-token-of-a-moderator';

let collecting: Collecting;
beforeAll(async () => {
  collecting = await startCollector({ moderatorToken: MODERATOR, allowedOrigins: ['https://bench.example'] });
});
afterAll(() => collecting.close());

const at = (path: string): string => new URL(path, collecting.address).href;
const json = { 'content-type': 'application/json' };

const post = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(at('v1/runs'), { method: 'POST', headers: { ...json, ...headers }, body });

const remove = (id: string, token: string): Promise<Response> =>
  fetch(at(`v1/runs/${id}`), { method: 'DELETE', headers: { authorization: `Bearer ${token}` } });

/** Adds a run. Returns its id and token. */
async function added(nth: number): Promise<{ readonly id: string; readonly token: string }> {
  const response = await post(bodyOf(runOf(nth)));
  expect(response.status).toBe(201);
  return response.json();
}

/** Resolves to a run once the rules have looked at it. */
const judged = (id: string): Promise<{ status: string; reasons: { rule: string; text: string }[] }> =>
  expect
    .poll(async () => (await fetch(at(`v1/runs/${id}`))).json())
    .not.toMatchObject({ status: 'quarantined', reasons: [] })
    .then(async () => (await fetch(at(`v1/runs/${id}`))).json());

describe('adding a run', () => {
  test('it is kept, and its token deletes it', async () => {
    const record = runOf(1);
    const response = await post(bodyOf(record));
    const answer = await response.json();
    expect([response.status, answer]).toEqual([
      201,
      { id: record.id, token: expect.any(String), status: 'quarantined' },
    ]);
    expect(answer.token).toMatch(/^[0-9a-f]{64}$/);
    expect(response.headers.get('location')).toBe(`/v1/runs/${record.id}`);
    const stored = await collecting.store.find(record.id);
    expect(JSON.parse(stored?.canonical ?? '')).toEqual(record);
    expect((await remove(record.id, answer.token)).status).toBe(204);
    expect((await fetch(at(`v1/runs/${record.id}`))).status).toBe(404);
  });

  test('the same again is told so, without a token', async () => {
    const { id, token } = await added(2);
    const again = await post(bodyOf(runOf(2)));
    expect([again.status, await again.json()]).toEqual([200, { id }]);
    expect((await remove(id, token)).status).toBe(204);
  });

  test('an answer that was lost is had again with the token that was sent', async () => {
    const record = runOf(5);
    const token = 'made-by-the-submitter-'.repeat(2);
    const authorization = `Bearer ${token}`;
    for (let i = 0; i < 2; i++) {
      const response = await post(bodyOf(record), { authorization });
      expect([response.status, await response.json()]).toEqual([201, { id: record.id, token, status: 'quarantined' }]);
    }
    const other = await post(bodyOf(record), { authorization: `Bearer ${token}x` });
    expect([other.status, await other.json()]).toEqual([200, { id: record.id }]);
    expect((await remove(record.id, token)).status).toBe(204);
  });

  test.each(['Bearer short', 'Basic abc', `Bearer ${'ä'.repeat(3)}`])(
    '%s is no token for a run',
    async (authorization) => {
      const response = await post(bodyOf(runOf(6)), { authorization: Buffer.from(authorization).toString('latin1') });
      expect(response.status).toBe(400);
      expect((await response.json()).detail).toMatch(/^the token must be "Bearer" and at least 32 of/);
    },
  );

  test('gzip is taken', async () => {
    const response = await post(gzipSync(bodyOf(runOf(3))), { 'content-encoding': 'gzip' });
    expect(response.status).toBe(201);
  });

  test('a run that no device can have measured gets the same answer, and is rejected within seconds', async () => {
    const record = runOf(4, (body) => {
      body.created = '2099-01-01T00:00:00.000Z';
    });
    const response = await post(bodyOf(record));
    const answer = await response.json();
    expect([response.status, answer.status]).toEqual([201, 'quarantined']);
    const { status, reasons } = await judged(record.id);
    expect(status).not.toBe('plausible');
    expect(reasons.length).toBeGreaterThan(0);
  });

  test.each([
    ['text/plain', 415],
    ['application/x-www-form-urlencoded', 415],
    ['application/jsonp', 415],
  ])('as %s it is refused', async (type, status) => {
    const response = await post(bodyOf(runOf(5)), { 'content-type': type });
    expect([response.status, response.headers.get('content-type')]).toEqual([
      status,
      'application/problem+json; charset=utf-8',
    ]);
    expect((await response.json()).detail).toBe('send the run as content-type application/json');
  });

  test('as br it is refused, with the encoding that is taken', async () => {
    const response = await post(bodyOf(runOf(5)), { 'content-encoding': 'br' });
    expect([response.status, response.headers.get('accept-encoding')]).toEqual([415, 'gzip']);
  });
});

describe('reading', () => {
  test('a run has its record, without any text that a person chose', async () => {
    const record = runOf(10, (body) => {
      body.reported = { gpu: 'my <b>card</b>', note: 'call me', memoryGB: 24 };
      body.clock.reason = 'buy at evil.example';
      body.adapter.description = 'Bob’s machine';
    });
    await post(bodyOf(record));
    const response = await fetch(at(`v1/runs/${record.id}`));
    const text = await response.text();
    for (const secret of ['my <b>', 'call me', 'evil.example', 'Bob', 'submitter', 'tokenHash', 'fingerprint']) {
      expect(text).not.toContain(secret);
    }
    const run = JSON.parse(text);
    expect(run).toMatchObject({ id: record.id, claimed: record.created, software: true });
    expect(run.record.reported).toEqual({ gpu: null, note: null, memoryGB: 24 });
    expect(run.record.measurements[0].samples).toEqual(
      record.measurements[0]?.status === 'measured' ? record.measurements[0].samples : undefined,
    );
    expect(run.withheld).toEqual(expect.arrayContaining(['reported.gpu', 'reported.note', 'clock.reason']));
    expect(run.record.created).toBe(record.created);
    expect(run.created).toBeUndefined();
    expect(Date.parse(run.received)).toBeGreaterThan(Date.parse('2026-01-01'));
  });

  test('a name that several typed alike is shown, and one of a known GPU by its name in the table', async () => {
    const typed = (nth: number, gpu: string) => runOf(nth, (body) => Object.assign(body, { reported: { gpu } }));
    const own = typed(11, 'Voodoo  9');
    await post(bodyOf(own));
    const name = async (id: string) => (await (await fetch(at(`v1/runs/${id}`))).json()).record.reported.gpu;
    expect(await name(own.id)).toBeNull();
    for (const submitter of ['a', 'b']) {
      const stored = await collecting.store.find(own.id);
      if (!stored) throw new Error('the run is not there');
      const row = { ...stored.row, id: submitter.repeat(64) };
      await collecting.store.add({ ...stored, row, submitter, tokenHash: '' });
    }
    expect(await name(own.id)).toBe('voodoo 9');
    const known = typed(12, 'nvidia geforce rtx4090');
    await post(bodyOf(known));
    expect(await name(known.id)).toBe('NVIDIA GeForce RTX 4090');
  });

  test('an ETag says whether it is still the same', async () => {
    const { id } = await added(13);
    await judged(id);
    const first = await fetch(at(`v1/runs/${id}`));
    const etag = first.headers.get('etag') ?? '';
    const again = await fetch(at(`v1/runs/${id}`), { headers: { 'if-none-match': etag } });
    expect([again.status, await again.text()]).toEqual([304, '']);
  });

  test('runs are listed by filters, page by page, the newest first', async () => {
    const seen: string[] = [];
    let next: string | null = null;
    do {
      const cursor: string = next === null ? '' : `&cursor=${next}`;
      const page: { runs: { id: string; received: string }[]; next: string | null } = await (
        await fetch(at(`v1/runs?software=true&limit=2${cursor}`))
      ).json();
      seen.push(...page.runs.map(({ id }) => id));
      next = page.next;
    } while (next !== null);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBeGreaterThan(4);
    const none = await (await fetch(at('v1/runs?software=false&status=rejected'))).json();
    expect(none).toEqual({ runs: [], next: null });
  });

  test.each([
    ['gpu=x', 'gpu', 'must be one of part, model, program, system, software, status, since, limit, cursor'],
    ['part=a&part=b', 'part', 'must be given once'],
    ['software=yes', 'software', 'must be true or false'],
    ['status=verified', 'status', 'must be one of quarantined, plausible, reproduced, rejected'],
    ['since=yesterday', 'since', 'must be a time such as 2026-11-29T00:00:00Z'],
    ['limit=1000', 'limit', 'must be from 1 to 200'],
    ['__proto__=x', '__proto__', 'must be one of'],
  ])('the query %s is refused by the parameter and its rule', async (query, path, rule) => {
    const response = await fetch(at(`v1/runs?${query}`));
    expect(response.status).toBe(400);
    const { errors } = await response.json();
    expect(errors[0].path.replaceAll('"', '')).toBe(path);
    expect(errors[0].rule).toContain(rule);
  });

  test('a cursor of another query, or none at all, is refused', async () => {
    const { next } = await (await fetch(at('v1/runs?limit=1'))).json();
    for (const query of [`cursor=${next}&system=linux`, 'cursor=abc']) {
      const response = await fetch(at(`v1/runs?${query}`));
      expect(response.status).toBe(400);
      expect((await response.json()).errors[0].path).toBe('cursor');
    }
  });

  test('an id that is none, and one that is not there', async () => {
    expect((await fetch(at('v1/runs/abc'))).status).toBe(400);
    expect((await fetch(at(`v1/runs/${'0'.repeat(64)}`))).status).toBe(404);
  });

  test('the summary has the groups of plausible runs, and an ETag', async () => {
    const { id } = await added(14);
    await collecting.store.judge(id, 'plausible', []);
    const response = await fetch(at('v1/summary?software=true'), { headers: { 'accept-encoding': 'gzip' } });
    const { groups } = await response.json();
    expect(groups.length).toBeGreaterThan(0);
    expect(groups[0]).toMatchObject({ software: true, n: expect.any(Number), median: expect.any(Number) });
    const again = await fetch(at('v1/summary?software=true'), {
      headers: { 'if-none-match': response.headers.get('etag') ?? '' },
    });
    expect(again.status).toBe(304);
  });
});

describe('deleting', () => {
  test('another token is refused, and none is asked for', async () => {
    const { id } = await added(20);
    const other = await added(21);
    expect((await remove(id, other.token)).status).toBe(403);
    const without = await fetch(at(`v1/runs/${id}`), { method: 'DELETE' });
    expect([without.status, without.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    expect((await fetch(at(`v1/runs/${id}`))).status).toBe(200);
  });
});

describe('moderation', () => {
  const moderate = (id: string, body: unknown, token = MODERATOR) =>
    fetch(at(`v1/runs/${id}/status`), {
      method: 'POST',
      headers: { ...json, authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    });

  test('sets a status with a reason that is shown, and deletes', async () => {
    const { id } = await added(30);
    await judged(id);
    expect((await moderate(id, { status: 'rejected', reason: 'a copy of another run' })).status).toBe(204);
    expect(await (await fetch(at(`v1/runs/${id}`))).json()).toMatchObject({
      status: 'rejected',
      reasons: [{ rule: 'moderator', text: 'a copy of another run' }],
    });
    expect((await remove(id, MODERATOR)).status).toBe(204);
    expect((await moderate(id, { status: 'plausible', reason: 'x' })).status).toBe(404);
  });

  test('is refused with another token and a status that is none', async () => {
    const { id } = await added(31);
    expect((await moderate(id, { status: 'plausible', reason: 'x' }, 'wrong')).status).toBe(403);
    expect((await moderate(id, { status: 'verified', reason: 'x' })).status).toBe(400);
  });
});

describe('pages of other origins', () => {
  const from = (origin: string, method = 'POST') =>
    fetch(at('v1/runs'), { method, headers: { ...json, origin }, ...(method === 'POST' && { body: '{}' }) });

  test('own pages and allowed ones may submit; others may not', async () => {
    const own = new URL(collecting.address).origin;
    expect((await from(own)).status).toBe(422);
    const allowed = await from('https://bench.example');
    expect([allowed.status, allowed.headers.get('access-control-allow-origin')]).toEqual([
      422,
      'https://bench.example',
    ]);
    for (const origin of ['https://evil.example', 'null', 'https://bench.example.evil.example']) {
      const refused = await from(origin);
      expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([403, null]);
    }
  });

  test('a browser that asks before is told', async () => {
    const allowed = await from('https://bench.example', 'OPTIONS');
    expect([allowed.status, allowed.headers.get('access-control-allow-methods')]).toEqual([204, 'GET, POST, DELETE']);
    expect((await from('https://evil.example', 'OPTIONS')).status).toBe(403);
  });
});

describe('the whole collection', () => {
  test('as lines of JSON, and as a table that says the same', async () => {
    const { runs } = await (await fetch(at('v1/runs?limit=200'))).json();
    const lines = (await (await fetch(at('v1/dump.jsonl'))).text()).trimEnd().split('\n');
    expect(lines).toHaveLength(runs.length);
    const ids = lines.map((line) => JSON.parse(line).id);
    expect(new Set(ids)).toEqual(new Set(runs.map(({ id }: { id: string }) => id)));
    const file = await (await fetch(at('v1/dump.parquet'))).arrayBuffer();
    const table = await parquetReadObjects({ file });
    expect(new Set(table.map(({ id }) => id))).toEqual(new Set(ids));
    expect(table).toHaveLength(runs.reduce((n: number, { steps }: { steps: unknown[] }) => n + 1 + steps.length, 0));
  });
});

describe('the service', () => {
  test('is healthy, and says what it counts', async () => {
    expect(await (await fetch(at('healthz'))).json()).toEqual({ ok: true });
    const text = await (await fetch(at('metrics'))).text();
    expect(text).toMatch(/^hbmark_submissions_total\{outcome="added"\} \d+$/m);
    expect(text).toMatch(/^hbmark_request_seconds_count\{method="POST",route="\/v1\/runs",status="201"\} \d+$/m);
  });

  test('describes every route that it has', async () => {
    const { paths, openapi } = await (await fetch(at('v1/openapi.json'))).json();
    expect(openapi).toBe('3.1.0');
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods as object).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described.sort()).toEqual(
      [
        ...['POST /v1/runs', 'GET /v1/runs', 'GET /v1/runs/{id}', 'DELETE /v1/runs/{id}', 'GET /v1/summary'],
        ...['POST /v1/runs/{id}/status', 'GET /v1/dump.jsonl', 'GET /v1/dump.parquet', 'GET /v1/challenge'],
        ...['GET /healthz', 'GET /metrics', 'GET /v1/openapi.json'],
      ].sort(),
    );
    expect(JSON.stringify(paths['/v1/runs'].post.requestBody)).toContain('consent');
  });

  test('gives seeds that it knows again', async () => {
    const challenge = await (await fetch(at('v1/challenge'))).json();
    const secret = await collecting.store.secret('challenges', Number.MAX_SAFE_INTEGER);
    expect(isOurs(secret, challenge, Date.now())).toBe(true);
    expect(isOurs(secret, { ...challenge, seed: challenge.seed ^ 1 }, Date.now())).toBe(false);
    expect(isOurs(secret, challenge, Date.parse(challenge.expires) + 1)).toBe(false);
    expect(isOurs('another', challenge, Date.now())).toBe(false);
  });

  test('a path that it does not have is a problem document with the strict headers', async () => {
    const response = await fetch(at('v1/nothing'));
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ title: 'Not Found', status: 404, detail: expect.any(String) });
    expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('has written no line about a fault', () => expect(collecting.lines).toEqual([]));
});
