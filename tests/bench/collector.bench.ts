/**
 * How many runs a collector takes, and what bounds it: `npx vitest run --project bench collector`. Real quick records,
 * gzipped, each another one, are sent by a process of its own; the service, its workers, the database and the sender
 * share this machine. Then the time of each stage of one submission.
 *
 * `HBMARK_POSTS` is the number of runs for each row of the table (default 2000).
 */

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { checkRecord } from '../../results/record/check.ts';
import { seal } from '../../results/record/digest.ts';
import { readJson } from '../../results/record/record-text.ts';
import type { RecordBody, RunRecord } from '../../results/record/schema.ts';
import { canonicalForm } from '../../src/collector/checking/canonical.ts';
import { readSubmission } from '../../src/collector/checking/submission.ts';
import { judge } from '../../src/crowd/checks/index.ts';
import { rowOf } from '../../src/crowd/row-of.ts';
import { bodyOf, startCollector } from '../support/crowd/collecting.ts';
import { makeDatabase, makeServer, removeServer, urlOf } from '../support/crowd/postgres.ts';

const POSTS = Number(process.env.HBMARK_POSTS ?? 2000);
const CONNECTIONS = [8, 16];

const FILE = new URL('../../results/data/2026-11-27-swiftshader-smollm2-360m-context-4096.json', import.meta.url);
const original: RunRecord = JSON.parse(readFileSync(FILE, 'utf8'));

/** The committed record as if it had been measured at another time, on a machine that is a little faster or slower. */
function variant(nth: number, cases = Number.POSITIVE_INFINITY): RunRecord {
  const { id: _, ...body }: RunRecord = structuredClone(original);
  const factor = 1 + (nth % 1000) / 10_000;
  const scaled = <M extends RecordBody['measurements'][number]>(m: M): M => {
    if (m.status !== 'measured') return m;
    const samples = m.samples.map((s) => ({ ...s, wallMs: s.wallMs * factor, gpuMs: s.gpuMs && s.gpuMs * factor }));
    return { ...m, samples };
  };
  const measurements = body.measurements.slice(0, cases).map(scaled);
  const plan = { ...body.plan, cases: measurements.map((m) => m.case) };
  const created = new Date(Date.parse(body.created) + nth).toISOString();
  return seal({ ...body, created, measurements, plan, ...(Number.isFinite(cases) && { decode: [], events: [] }) });
}

const SIZES = { '69 kB': () => Number.POSITIVE_INFINITY, '15 kB': () => casesOf(15_000) };

/** The most cases of the record that keep its JSON below some bytes. */
function casesOf(bytes: number): number {
  let cases = 1;
  while (JSON.stringify(variant(0, cases + 1)).length < bytes) cases++;
  return cases;
}

interface Sent {
  readonly seconds: number;
  readonly statuses: Readonly<Record<string, number>>;
  readonly errors: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  readonly cpuMs: number;
}

const folder = mkdtempSync(join(tmpdir(), 'hbmark-load-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Writes bodies to a file. Returns the ids of their records. */
function writeBodies(file: string, from: number, cases: number): string[] {
  const records = Array.from({ length: POSTS }, (_, i) => variant(from + i, cases));
  const parts = records.flatMap((record) => {
    const body = gzipSync(bodyOf(record));
    const length = Buffer.alloc(4);
    length.writeUInt32LE(body.length);
    return [length, body];
  });
  writeFileSync(file, Buffer.concat(parts));
  return records.map(({ id }) => id);
}

async function load(where: string | undefined, from: number, cases: number, connections: number): Promise<string[]> {
  const file = join(folder, `${from}.bodies`);
  const ids = writeBodies(file, from, cases);
  const limits = { submissionsPerHour: Number.MAX_SAFE_INTEGER };
  const collecting = await startCollector({ limits, ...(where !== undefined && { where }) });
  const cpu = process.cpuUsage();
  const program = new URL('collector-load.mjs', import.meta.url).pathname;
  const { stdout } = await promisify(execFile)(process.execPath, [
    program,
    collecting.address,
    file,
    String(connections),
  ]);
  const { user, system } = process.cpuUsage(cpu);
  const sent: Sent = JSON.parse(stdout);
  let lost = 0;
  for (const id of ids) if (!(await collecting.store.find(id))) lost++;
  expect(collecting.lines).toEqual([]);
  await collecting.close();
  rmSync(file);
  return [
    (POSTS / sent.seconds).toFixed(0),
    ...[sent.p50, sent.p99, sent.max].map((ms) => ms.toFixed(0)),
    Object.entries(sent.statuses)
      .map(([status, n]) => `${n} × ${status}`)
      .join(', '),
    ...[sent.errors, lost].map(String),
    ((user + system) / 1000 / POSTS).toFixed(1),
    (sent.cpuMs / POSTS).toFixed(1),
    loadavg()[0]?.toFixed(1) ?? '',
  ];
}

const HEADER = [
  ...['storage', 'record', 'connections', 'POST/s', 'p50, ms', 'p99, ms', 'max, ms', 'answers', 'errors', 'lost'],
  ...['CPU of the service for each, ms', 'of the sender, ms', 'load of the machine'],
];

const tableOf = (rows: readonly (readonly string[])[]): string =>
  [...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

test('submissions', { timeout: 0 }, async () => {
  console.log(`${availableParallelism()} cores, ${POSTS} runs a row\n${tableOf([HEADER, HEADER.map(() => '---')])}`);
  const server = await makeServer();
  let from = 0;
  try {
    for (const [size, cases] of Object.entries(SIZES)) {
      for (const connections of CONNECTIONS) {
        for (const storage of ['embedded', 'Postgres']) {
          const where = storage === 'Postgres' ? urlOf(server, await makeDatabase(server)) : undefined;
          const row = await load(where, from, cases(), connections);
          from += POSTS;
          console.log(tableOf([[storage, size, String(connections), ...row]]));
        }
      }
    }
  } finally {
    await removeServer(server);
  }
});

test('stages', { timeout: 0 }, () => {
  for (const [size, cases] of Object.entries(SIZES)) {
    const record = variant(1, cases());
    const text = bodyOf(record);
    const gzipped = gzipSync(text);
    const stages: Readonly<Record<string, () => unknown>> = {
      inflate: () => gunzipSync(gzipped),
      'parse, keys twice': () => readJson(text),
      'validate (schema, rules; id by canonical form)': () => checkRecord(record, (one) => canonicalForm(one).id),
      '… of it: canonical form and hash': () => canonicalForm({ ...record }),
      '… of it: hash': () => createHash('sha256').update(text).digest('hex'),
      row: () => rowOf(record),
      'all in the worker': () => readSubmission({ bytes: gzipped, isGzipped: true }),
      'judge (after the answer)': () => judge(record, Date.now()),
    };
    const rows = Object.entries(stages).map(([stage, work]) => [stage, cpuMsOf(work).toFixed(2)]);
    console.log(
      `${size}: ${text.length} bytes, ${gzipped.length} gzipped\n${tableOf([['stage', 'ms of CPU'], ['---', '---'], ...rows])}`,
    );
  }
});

/** CPU time of some work, once the engine has compiled it. */
function cpuMsOf(work: () => unknown): number {
  const times = 100;
  for (let i = 0; i < times; i++) work();
  const before = process.cpuUsage();
  for (let i = 0; i < times; i++) work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / times;
}
