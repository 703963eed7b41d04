import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { AsyncBuffer } from 'hyparquet';
import { median } from 'simple-statistics';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { crowdRows } from '../../../tests/support/crowd/crowd-rows.ts';
import { COLUMNS } from './columns.ts';
import { aboutIn, FILES, summaryIn } from './documents.ts';
import { type JudgedRow, linesOf, rowsOf } from './line.ts';
import { datasetOf, type MadeFile, summaryOf } from './make.ts';
import { openTable } from './read.ts';
import { inOrder, writeTable } from './write.ts';

const ROWS = crowdRows(3000);
const [FIRST] = ROWS;
if (!FIRST) throw new Error('there are no rows');

/** A run of which little is known. */
const BARE: JudgedRow = {
  ...{ id: 'f'.repeat(64), claimed: '2026-11-20T00:00:00.000Z', part: { name: '', memoryGB: null, count: 1 } },
  ...{ software: true, vendor: '', architecture: '', program: 'unknown', system: 'unknown', profile: 'quick' },
  ...{ gbps: null, gbpsInterval: null, steps: [], fingerprint: [], status: 'quarantined' },
  reasons: [{ rule: 'odd-times', text: 'Says “no”; and a line\nbreak.' }],
};

/** A file in memory that counts what is read of it. */
function counted(file: Uint8Array): AsyncBuffer & { read: number } {
  return {
    ...{ byteLength: file.byteLength, read: 0 },
    slice(start, end = file.byteLength) {
      this.read += end - start;
      return file.slice(start, end).buffer;
    },
  };
}

test('a run survives being made lines', () => {
  const rows = [BARE, ...ROWS.slice(0, 50)];
  expect(rowsOf(rows.flatMap(linesOf))).toEqual(rows);
});

test('a line says every column, and no other', () => {
  for (const line of linesOf(FIRST)) expect(Object.keys(line)).toEqual(COLUMNS.map(({ name }) => name));
});

test('lines that no run can have are refused', () => {
  const [ceiling, ...steps] = linesOf(FIRST);
  if (!ceiling) throw new Error('there is no ceiling');
  expect(() => rowsOf(steps)).toThrow(`a step must follow the ceiling of its run; got ${FIRST.id}`);
  expect(() => rowsOf([{ ...ceiling, status: 'sure' }])).toThrow('the status must be one of');
  expect(() => rowsOf([{ ...ceiling, reasons: '[{"rule":1}]' }])).toThrow('reasons must be a JSON list');
});

describe('the table', () => {
  const { file, footerBytes, lines } = writeTable([...ROWS, BARE]);

  test('gives back every run, by part and date', async () => {
    expect(lines).toBe(ROWS.length * 4 + 1);
    const rows = await (await openTable(counted(file), footerBytes))({});
    expect(rows).toEqual([...ROWS, BARE].sort(inOrder));
  });

  test('of one part reads a part of the file', async () => {
    const whole = counted(file);
    const read = await openTable(whole, footerBytes);
    expect(whole.read).toBe(footerBytes);
    const rows = await read({ part: FIRST.part });
    expect(rows).toEqual(ROWS.filter(({ part }) => part.name === FIRST.part.name).sort(inOrder));
    expect(whole.read).toBeLessThan(file.byteLength / 2);
    expect(await read({ part: BARE.part })).toEqual([BARE]);
    const before = whole.read;
    expect(await read({ part: { ...FIRST.part, name: 'ZX81' } })).toEqual([]);
    expect(whole.read).toBe(before);
  });

  test('is filtered by all that is given', async () => {
    const read = await openTable(counted(file), footerBytes);
    const [since, before] = ['2027-03-01T00:00:00.000Z', '2027-04-01T00:00:00.000Z'];
    const filter = { program: 'firefox', system: 'linux', software: false, since, before };
    const expected = ROWS.filter(
      ({ program, claimed }) => program === 'firefox' && claimed >= since && claimed < before,
    );
    expect(expected.length).toBeGreaterThan(10);
    expect(await read(filter)).toEqual(expected.sort(inOrder));
  });

  test('of one model has its steps alone', async () => {
    const read = await openTable(counted(file), footerBytes);
    const rows = await read({ model: 'llama-3.2-1b', part: FIRST.part });
    expect(rows.length).toBeGreaterThan(10);
    for (const { steps } of rows) expect(steps.map(({ model }) => model)).toEqual(['llama-3.2-1b']);
    expect(await read({ model: 'llama-3.2-1b', software: true })).toEqual([]);
  });

  test('is the same for the same runs, in whatever order they come', () => {
    expect(Buffer.compare(writeTable([BARE, ...ROWS].reverse()).file, file)).toBe(0);
  });

  test('may be empty', async () => {
    const empty = writeTable([]);
    expect(await (await openTable(counted(empty.file), empty.footerBytes))({})).toEqual([]);
  });

  test('of other columns is refused by name', async () => {
    const { parquetWriteBuffer } = await import('hyparquet-writer');
    const other = new Uint8Array(parquetWriteBuffer({ columnData: [{ name: 'software', data: [true] }] }));
    const read = await openTable(counted(other), other.byteLength);
    await expect(read({})).rejects.toThrow('the column part of the dataset is not what this version of HBMark writes');
  });
});

describe('the documents', () => {
  const documents = new Map(
    datasetOf([...ROWS, BARE], '2027-12-01').map(({ name, content }: MadeFile) => [name, content]),
  );
  const json = (name: string): unknown => JSON.parse(String(documents.get(name)));

  test('say what the table holds', () => {
    const table = documents.get(FILES.table);
    if (!(table instanceof Uint8Array)) throw new Error('there is no table');
    expect(aboutIn(json(FILES.about))).toMatchObject({
      ...{ version: 1, made: '2027-12-01', runs: 3001, table: { bytes: table.byteLength, lines: 12_001 } },
      newest: ROWS.map(({ claimed }) => claimed)
        .sort()
        .at(-1),
      parts: new Set(ROWS.map(({ part }) => part.name)).size,
    });
  });

  test('have the medians of each part and step, of runs that no rule rejects', () => {
    const summary = summaryIn(json(FILES.summary));
    expect(summary).toEqual(summaryOf(ROWS));
    const ofPart = ROWS.filter(({ part, status }) => part.name === FIRST.part.name && status === 'plausible');
    const counted = summary.filter(({ step }) => step === null).reduce((sum, { n }) => sum + n, 0);
    expect(counted).toBe(ROWS.filter(({ status }) => status === 'plausible').length);
    expect(counted).toBeLessThan(ROWS.length);
    const [ceiling, ...steps] = summary.filter(({ part }) => part.name === FIRST.part.name);
    expect(ceiling).toMatchObject({
      step: null,
      n: ofPart.length,
      median: median(ofPart.map(({ gbps }) => gbps ?? 0)),
    });
    expect(steps.map(({ step }) => step?.model)).toEqual(expect.arrayContaining(FIRST.steps.map(({ model }) => model)));
    for (const { quartiles, median } of summary) {
      expect(quartiles[0]).toBeLessThanOrEqual(median);
      expect(quartiles[1]).toBeGreaterThanOrEqual(median);
    }
  });

  test('of another version are refused by field and rule', () => {
    expect(() => aboutIn({ version: 2 })).toThrow(/^about\.json: version: /);
    expect(() => summaryIn([{}])).toThrow(/^summary\.json: 0\.part: /);
  });
});

describe('DuckDB', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'hbmark-dataset-'));
    writeFileSync(join(folder, FILES.table), writeTable([...ROWS, BARE]).file);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('reads the table: its counts, medians and types are ours', async () => {
    const connection = await (await DuckDBInstance.create()).connect();
    const table = `'${join(folder, FILES.table)}'`;
    const ask = async (sql: string) => (await connection.runAndReadAll(sql)).getRowObjectsJS();
    expect(await ask(`SELECT count(*) AS lines, count(DISTINCT id) AS runs FROM ${table}`)).toEqual([
      { lines: 12_001n, runs: 3001n },
    ]);
    const groups = await ask(`
      SELECT part, model, count(*) AS n, median(coalesce(tokens_per_second, gbps)) AS median,
             quantile_cont(coalesce(tokens_per_second, gbps), 0.25) AS low
      FROM ${table} WHERE status IN ('plausible', 'reproduced') GROUP BY ALL`);
    const ours = summaryOf(ROWS);
    expect(groups.length).toBe(ours.length);
    for (const { part, step, n, median } of ours) {
      const theirs = groups.find((group) => group.part === part.name && group.model === (step?.model ?? null));
      expect(theirs?.n).toBe(BigInt(n));
      expect(theirs?.median).toBeCloseTo(median, 9);
    }
    const [bare] = await ask(`SELECT * FROM ${table} WHERE software`);
    expect(bare).toMatchObject({ claimed: new Date(BARE.claimed), memory_gb: null, gpus: 1, gbps: null, model: null });
    expect(JSON.parse(String(bare?.reasons))).toEqual(BARE.reasons);
    connection.closeSync();
  });
});
