import { expect, test } from 'vitest';
import { NoSeed, seedFrom } from './challenge.ts';

const GIVEN = { seed: 4294967295, expires: '2026-11-30T12:00:00.000Z', mac: '0123456789abcdef0123456789abcdef' };

/** Answers every question alike, and notes what was asked. */
const answering =
  (answer: () => Response, asked: string[] = []): typeof fetch =>
  async (url) => {
    asked.push(String(url));
    return answer();
  };

test('the seed comes from v1/challenge under the address, with or without a slash at its end', async () => {
  const asked: string[] = [];
  const fetcher = answering(() => Response.json(GIVEN), asked);
  for (const path of ['', '/', '/bench', '/bench/']) {
    expect(await seedFrom(`https://collector.example${path}`, { ask: fetcher })).toEqual(GIVEN);
  }
  const paths = asked.map((url) => url.replace('https://collector.example', ''));
  expect(paths).toEqual(['/v1/challenge', '/v1/challenge', '/bench/v1/challenge', '/bench/v1/challenge']);
});

test.each<[string, () => Response, RegExp]>([
  ['another page', () => new Response('<!doctype html>'), /it answered "<!doctype html>"/],
  ['nothing', () => new Response(null), /it answered ""/],
  ['an error', () => new Response(null, { status: 503 }), /it answered 503/],
  ['a seed that is none', () => Response.json({ ...GIVEN, seed: 2 ** 32 }), /it answered "\{/],
  ['far too much', () => new Response('x'.repeat(1e6)), /its answer is longer than 4096 bytes/],
  ['no bytes that are text', () => new Response(Uint8Array.of(0xff, 0xfe)), /it answered/],
  [
    'nobody there',
    () => {
      throw new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED 127.0.0.1:9') });
    },
    /connect ECONNREFUSED 127\.0\.0\.1:9/,
  ],
  [
    'silence',
    () => {
      throw new DOMException('The operation timed out', 'TimeoutError');
    },
    /it did not answer within 20 s/,
  ],
])('an address that answers with %s is said in one line', async (_, answer, why) => {
  const failure = seedFrom('https://collector.example', { ask: answering(answer) }).catch((error: unknown) => error);
  expect(await failure).toBeInstanceOf(NoSeed);
  const message = String(await failure);
  expect(message).toMatch(/^NoSeed: https:\/\/collector\.example\/v1\/challenge gave no seed: /);
  expect(message).toMatch(why);
  expect(message).toMatch(/\. Check the address, or run with a seed of your own$/);
});
