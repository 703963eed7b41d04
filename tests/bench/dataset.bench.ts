/**
 * `npm run bench:dataset`: how soon does a static dataset of a million lines answer? Prints the size of its files, and
 * for each question the time, the requests and the bytes that crossed: from the service of this machine, without a
 * browser. LINES names another number of lines.
 */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { type Dataset, openDataset } from '../../src/app/collection/dataset/open.ts';
import { createServer, listen } from '../../src/collector/server.ts';
import { datasetOf } from '../../src/crowd/dataset/make.ts';
import type { DatasetFilter } from '../../src/crowd/dataset/read.ts';
import { crowdRows } from '../support/crowd/crowd-rows.ts';

const LINES = Number(process.env.LINES ?? 1_000_000);
/** Of a run: its ceiling and three steps. */
const LINES_PER_RUN = 4;

/** Each question is asked as often, of a dataset that is opened anew; the median counts. */
const TIMES = 5;

interface Asked {
  readonly ms: number;
  readonly requests: number;
  readonly bytes: number;
}

const real = globalThis.fetch;

/** How long a task takes, and what it fetches. */
async function asked(task: () => Promise<unknown>): Promise<Asked> {
  let [requests, bytes] = [0, 0];
  globalThis.fetch = async (...args) => {
    const response = await real(...args);
    requests++;
    bytes += Number(response.headers.get('content-length'));
    return response;
  };
  const start = performance.now();
  try {
    await task();
    return { ms: performance.now() - start, requests, bytes };
  } finally {
    globalThis.fetch = real;
  }
}

const medianOf = (all: readonly Asked[]): Asked => {
  const [middle] = [...all].sort((a, b) => a.ms - b.ms).slice(all.length >> 1);
  if (!middle) throw new Error('nothing was asked');
  return middle;
};

const kB = (bytes: number): string => `${(bytes / 1000).toFixed(0)} kB`;

test(`a dataset of ${LINES} lines`, { timeout: 1_200_000 }, async () => {
  const rows = crowdRows(Math.ceil(LINES / LINES_PER_RUN));
  const began = performance.now();
  const made = datasetOf(rows, '2027-12-25');
  console.log(`made in ${((performance.now() - began) / 1000).toFixed(1)} s`);
  const appFolder = mkdtempSync(join(tmpdir(), 'hbmark-dataset-'));
  mkdirSync(join(appFolder, 'crowd/data'), { recursive: true });
  writeFileSync(join(appFolder, 'index.html'), '');
  for (const { name, content } of made) {
    writeFileSync(join(appFolder, 'crowd/data', name), content);
    const gzipped = name.endsWith('.json') ? `, ${kB(gzipSync(content).length)} gzipped` : '';
    console.log(`${name.padEnd(14)} ${kB(Buffer.byteLength(content))}${gzipped}`);
  }
  const [{ part } = { part: undefined }] = rows;
  if (!part) throw new Error('there are no runs');
  const server = createServer({ appFolder });
  try {
    const folder = `${await listen(server, { port: 0 })}crowd/data/`;
    const print = (what: string, { ms, requests, bytes }: Asked): void =>
      console.log(
        `${what.padEnd(44)} ${ms.toFixed(0).padStart(6)} ms ${String(requests).padStart(4)} requests ${kB(bytes).padStart(10)}`,
      );
    const opened: Asked[] = [];
    let dataset: Dataset | undefined;
    for (let i = 0; i < TIMES; i++) opened.push(await asked(async () => (dataset = await openDataset(folder))));
    print('the summary', medianOf(opened));
    if (!dataset) throw new Error('it was not opened');
    const { about } = dataset;
    expect(about.table.lines).toBe(rows.length * LINES_PER_RUN);
    console.log(`footer         ${kB(about.table.footerBytes)}; ${about.parts} parts`);
    const questions: readonly (readonly [string, DatasetFilter])[] = [
      ['all runs of one part', { part }],
      ['its runs of a month', { part, since: '2027-06-01T00:00:00.000Z', before: '2027-07-01T00:00:00.000Z' }],
      ['its runs of one model', { part, model: 'llama-3.1-8b' }],
    ];
    for (const [what, filter] of questions) {
      const [first, again]: [Asked[], Asked[]] = [[], []];
      let found = 0;
      for (let i = 0; i < TIMES; i++) {
        const fresh = await openDataset(folder);
        first.push(await asked(async () => (found = (await fresh.rows(filter)).length)));
        again.push(await asked(() => fresh.rows(filter)));
      }
      print(`${what} (${found}), footer included`, medianOf(first));
      print('  the same again', medianOf(again));
    }
    const everything = await asked(() => openDataset(folder).then((all) => all.rows({})));
    print('every run', everything);
  } finally {
    await server.close();
    rmSync(appFolder, { recursive: true });
  }
});
