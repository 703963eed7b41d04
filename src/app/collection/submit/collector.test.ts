import { expect, test } from 'vitest';
import { collectorState } from './collector.ts';

const page = (status: number) => new Response('<!doctype html><title>x</title>', { status });

test.each([
  ['there', new Response('{"runs": [], "next": null}')],
  ['none', page(404)],
  ['none', page(200)],
  ['none', new Response('[1]')],
  ['silent', page(502)],
  ['silent', page(429)],
  ['silent', undefined],
])('it is %s', async (state, answer) => {
  const asked: string[] = [];
  const found = await collectorState('https://bench.example/site/', async (url) => {
    asked.push(String(url));
    if (!answer) throw new TypeError('Failed to fetch');
    return answer.clone();
  });
  expect([found, asked]).toEqual([state, ['https://bench.example/site/v1/runs?limit=1']]);
});
