import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { crowdRows } from '../../../../tests/support/crowd/crowd-rows.ts';
import { createServer, listen } from '../../../collector/server.ts';
import { FILES } from '../../../crowd/dataset/documents.ts';
import { datasetOf, type MadeFile, summaryOf } from '../../../crowd/dataset/make.ts';
import { inOrder } from '../../../crowd/dataset/write.ts';
import { openDataset } from './open.ts';
import { DatasetError } from './ranged-file.ts';

const ROWS = crowdRows(2000);
const [FIRST] = ROWS;
if (!FIRST) throw new Error('there are no rows');
const MADE = datasetOf(ROWS, '2027-12-01');

const appFolder = mkdtempSync(join(tmpdir(), 'hbmark-app-'));
let service: FastifyInstance;
let site: string;

beforeAll(async () => {
  mkdirSync(join(appFolder, 'crowd/data'), { recursive: true });
  writeFileSync(join(appFolder, 'index.html'), '<!doctype html><title>HBMark</title>');
  for (const { name, content } of MADE) writeFileSync(join(appFolder, 'crowd/data', name), content);
  service = createServer({ appFolder });
  site = await listen(service, { port: 0 });
});

afterAll(async () => {
  await service.close();
  rmSync(appFolder, { recursive: true });
});

/** What is fetched while `task` goes on: paths, and the bytes of each answer. */
async function fetchedBy<T>(task: () => Promise<T>): Promise<{ readonly result: T; readonly bytes: number }> {
  const real = globalThis.fetch;
  let bytes = 0;
  const spy = vi.spyOn(globalThis, 'fetch').mockImplementation(async (...args) => {
    const response = await real(...args);
    bytes += Number(response.headers.get('content-length'));
    return response;
  });
  try {
    return { result: await task(), bytes };
  } finally {
    spy.mockRestore();
  }
}

describe('a dataset on a host that answers range requests', () => {
  test('gives the summary without its table, and the runs of a part without the rest', async () => {
    const opened = await fetchedBy(() => openDataset(`${site}crowd/data/`));
    const { result: dataset } = opened;
    expect(dataset.about).toMatchObject({ runs: 2000, made: '2027-12-01' });
    expect(dataset.summary).toEqual(summaryOf(ROWS));
    const { bytes } = dataset.about.table;
    expect(opened.bytes).toBeLessThan(bytes / 5);
    const ofPart = await fetchedBy(() => dataset.rows({ part: FIRST.part }));
    expect(ofPart.result).toEqual(ROWS.filter(({ part }) => part.name === FIRST.part.name).sort(inOrder));
    expect(ofPart.bytes).toBeGreaterThan(0);
    expect(ofPart.bytes).toBeLessThan(bytes * 0.6);
    const all = await dataset.rows({});
    expect(all.length).toBe(ROWS.length);
    expect(new Uint8Array(await (await fetch(dataset.tableAddress)).arrayBuffer()).length).toBe(bytes);
  });

  test('that was built without one says so', async () => {
    await expect(openDataset(`${site}nowhere/`)).rejects.toThrow(
      new DatasetError('this site was built without the collection'),
    );
  });
});

describe('a dataset on a host of other ways', () => {
  let host: Server;
  let address: string;
  let answers: ReadonlyMap<string, string | Uint8Array>;
  let status = 200;
  beforeAll(async () => {
    host = createHttpServer((request, response) => {
      const content = answers.get((request.url ?? '').slice(1));
      response.writeHead(content === undefined ? 404 : status, { 'content-type': 'application/octet-stream' });
      response.end(content);
    });
    await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(host.address() as AddressInfo).port}/`;
  });
  afterAll(() => new Promise((resolve) => host.close(resolve)));

  const made = (changed: readonly MadeFile[] = []): ReadonlyMap<string, string | Uint8Array> =>
    new Map([...MADE, ...changed].map(({ name, content }) => [name, content]));
  const aboutWith = (bytes: number): MadeFile => {
    const about = JSON.parse(readFileSync(join(appFolder, 'crowd/data', FILES.about), 'utf8'));
    return { name: FILES.about, content: JSON.stringify({ ...about, table: { ...about.table, bytes } }) };
  };

  test('which sends whole files is read where the table is small, and once', async () => {
    answers = made();
    const dataset = await openDataset(address);
    const { result, bytes } = await fetchedBy(async () => [
      await dataset.rows({ part: FIRST.part }),
      await dataset.rows({ program: 'firefox' }),
    ]);
    expect(result.map((rows) => rows.length > 10)).toEqual([true, true]);
    expect(bytes).toBeLessThan(dataset.about.table.bytes * 2);
  });

  test('which sends whole files is refused where the table is large', async () => {
    answers = made([aboutWith(100_000_000)]);
    await expect((await openDataset(address)).rows({})).rejects.toThrow(
      'has to lie on a host that answers range requests',
    );
  });

  test('whose table was replaced meanwhile is not mixed with it', async () => {
    answers = made();
    const dataset = await openDataset(address);
    answers = made([{ name: FILES.table, content: new Uint8Array(10) }]);
    await expect(dataset.rows({})).rejects.toThrow('was replaced by a newer one while it was read: reload the page');
    answers = made();
    expect((await dataset.rows({})).length).toBe(ROWS.length);
  });

  test('which is in trouble, or not there, is named', async () => {
    answers = made();
    const dataset = await openDataset(address);
    status = 503;
    await expect(dataset.rows({})).rejects.toThrow('the host answered 503: reload the page, or try later');
    await expect(openDataset(address)).rejects.toThrow('the host answered 503');
    status = 200;
    await expect(openDataset('http://127.0.0.1:9/')).rejects.toThrow('is this browser online?');
  });

  test('whose documents are of another version is refused by file, field and rule', async () => {
    answers = made([{ name: FILES.about, content: '{"version":2}' }]);
    await expect(openDataset(address)).rejects.toThrow(
      /^about\.json of the collection cannot be read \(about\.json: version: /,
    );
    answers = made([{ name: FILES.summary, content: '<!doctype html>' }]);
    await expect(openDataset(address)).rejects.toThrow('summary.json of the collection cannot be read');
  });
});
