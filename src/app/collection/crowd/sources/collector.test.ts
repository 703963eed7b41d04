import { expect, test } from 'vitest';
import { crowdRows } from '../../../../../tests/support/crowd/crowd-rows.ts';
import { summarise } from '../../../../crowd/summary.ts';
import { collectorSource } from './collector.ts';

const ROWS = crowdRows(450);
const SITE = 'https://bench.example/site/';

const json = (body: unknown, status = 200) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json; charset=utf-8' } });

/** A collector as far as it is read, and the addresses that were asked for. */
function collector(rows = ROWS) {
  const asked: URL[] = [];
  const ask = async (address: string | URL | Request): Promise<Response> => {
    const url = new URL(String(address));
    asked.push(url);
    if (url.pathname.endsWith('/v1/summary')) return json({ groups: summarise(rows) });
    const from = Number(url.searchParams.get('cursor') ?? 0);
    const limit = Number(url.searchParams.get('limit'));
    const runs = rows.slice(from, from + limit).map((row) => ({ ...row, received: row.claimed }));
    return json({ runs, next: from + limit < rows.length ? `${from + limit}` : null });
  };
  return { asked, ask };
}

test('its runs are read page by page', async () => {
  const { asked, ask } = collector();
  const source = await collectorSource(SITE, ask);
  expect(source?.runs).toBe(450);
  expect(source?.parquet).toBe(`${SITE}v1/dump.parquet`);
  const read = await source?.rows({ software: false, part: 'NVIDIA H100' });
  expect(read?.areAll).toBe(true);
  expect(read?.rows.map(({ id }) => id)).toEqual(ROWS.map(({ id }) => id));
  expect(asked.slice(1).map(({ search }) => search)).toEqual([
    '?software=false&part=NVIDIA+H100&limit=200',
    '?software=false&part=NVIDIA+H100&limit=200&cursor=200',
    '?software=false&part=NVIDIA+H100&limit=200&cursor=400',
  ]);
});

test('of very many, the newest are read', async () => {
  const [row] = ROWS;
  if (!row) throw new Error('there is no row');
  let pages = 0;
  const ask = async (address: string | URL | Request) => {
    if (String(address).endsWith('v1/summary')) return json({ groups: [] });
    pages++;
    return json({ runs: Array.from({ length: 200 }, () => row), next: 'more' });
  };
  const read = await (await collectorSource(SITE, ask))?.rows({ software: false });
  expect([read?.areAll, read?.rows.length, pages]).toEqual([false, 10_000, 50]);
});

test.each([
  ['a host of files', new Response('<!doctype html>', { status: 404 })],
  [
    'a host that answers all with a page',
    new Response('<!doctype html>', { headers: { 'content-type': 'text/html' } }),
  ],
])('%s is no collector', async (_, answer) => {
  expect(await collectorSource(SITE, async () => answer)).toBeUndefined();
});

test.each([
  ['nothing', undefined, 'the collector of this site did not answer'],
  ['trouble', json({}, 503), 'the collector of this site cannot answer just now (503)'],
  ['another form', json({ groups: [{ n: 'x' }] }), 'in a form that this page does not know (groups.0.part)'],
])('%s is said', async (_, answer, said) => {
  const ask = async () => {
    if (!answer) throw new TypeError('Failed to fetch');
    return answer;
  };
  await expect(collectorSource(SITE, ask)).rejects.toThrow(said);
});
