import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { createCollector } from './collector.ts';

interface Asked {
  readonly url: string;
  readonly init: RequestInit;
}

/** A collector behind an answer, or behind none. */
function behind(answer: Response | undefined) {
  const asked: Asked[] = [];
  const ask = async (url: string | URL | Request, init: RequestInit = {}) => {
    asked.push({ url: String(url), init });
    if (!answer) throw new TypeError('Failed to fetch');
    return answer.clone();
  };
  return { asked, collector: createCollector('https://bench.example/site/', ask) };
}

const json = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });
const problem = (status: number, body: unknown, headers = {}) =>
  json(status, body, { 'content-type': 'application/problem+json', ...headers });
const page = (status: number) =>
  new Response('<!doctype html><title>x</title>', { status, headers: { 'content-type': 'text/html' } });

test('a submission is one compressed POST, with nothing of this browser in it', async () => {
  const { collector, asked } = behind(json(201, { id: 'a', token: 't', status: 'quarantined' }));
  expect(await collector.submit('{"record":1}')).toEqual({ kind: 'added', id: 'a', token: 't' });
  const [{ url, init } = { url: '', init: {} }] = asked;
  expect(asked).toHaveLength(1);
  expect([url, init.method, init.credentials, init.referrerPolicy]).toEqual([
    ...['https://bench.example/site/v1/runs', 'POST', 'omit', 'no-referrer'],
  ]);
  expect(init.headers).toEqual({ 'content-type': 'application/json', 'content-encoding': 'gzip' });
  if (!(init.body instanceof Uint8Array)) throw new Error('it was not compressed');
  expect(gunzipSync(init.body).toString()).toBe('{"record":1}');
});

test.each([
  ['the same again', json(200, { id: 'a' }), { kind: 'known', id: 'a' }],
  ['nothing', undefined, { kind: 'unanswered', why: 'the collector did not answer' }],
  ['a host of files', page(405), { kind: 'unanswered', why: 'this site has no collector' }],
  ['a page in place of an answer', page(200), { kind: 'unanswered', why: 'this site has no collector' }],
  [
    'a rule that is broken',
    problem(422, { title: 'No record', errors: [{ path: 'record.seed', rule: 'must be whole' }] }),
    { kind: 'refused', why: 'No record; record.seed: must be whole' },
  ],
  ['too large', problem(413, { detail: 'at most 33 MB' }), { kind: 'refused', why: 'at most 33 MB' }],
  ['a proxy’s words', page(403), { kind: 'refused', why: 'the collector answered 403' }],
  [
    'a full disk',
    problem(503, { detail: 'The disk is full' }, { 'retry-after': '60' }),
    { kind: 'unanswered', why: 'The disk is full; try again in 60 s' },
  ],
  [
    'too many',
    problem(429, {}, { 'retry-after': '3600' }),
    { kind: 'unanswered', why: 'the collector takes no more runs from here for a while; try again in 60 min' },
  ],
])('sent, and answered by %s', async (_, answer, sent) => {
  expect(await behind(answer).collector.submit('{}')).toEqual(sent);
});

test('a run is deleted by its token', async () => {
  const { collector, asked } = behind(new Response(null, { status: 204 }));
  expect(await collector.remove('a/b', 't')).toEqual({ kind: 'deleted' });
  const [{ url, init } = { url: '', init: {} }] = asked;
  expect([url, init.method]).toEqual(['https://bench.example/site/v1/runs/a%2Fb', 'DELETE']);
  expect(init.headers).toEqual({ authorization: 'Bearer t' });
});

test.each([
  ['gone', problem(404, { title: 'There is no such run' }), { kind: 'gone' }],
  ['no collector any more', page(404), { kind: 'unanswered', why: 'this site has no collector' }],
  [
    'another token',
    problem(403, { detail: 'The token is another run’s' }),
    { kind: 'refused', why: expect.any(String) },
  ],
  ['nothing', undefined, { kind: 'unanswered', why: 'the collector did not answer' }],
])('deleting, and %s', async (_, answer, deleted) => {
  expect(await behind(answer).collector.remove('a', 't')).toEqual(deleted);
});

test.each([
  ['there', json(200, { runs: [] })],
  ['none', page(404)],
  ['none', page(200)],
  ['silent', undefined],
  ['silent', page(502)],
])('it is %s', async (state, answer) => {
  expect(await behind(answer).collector.state()).toBe(state);
});
