/** Tests that every rule keeps to the contract of rules, and that real honest records keep to every rule. */

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { PROFILES } from '../../../harness/profiles.ts';
import { readRecord } from '../../../results/record/check.ts';
import type { RunRecord } from '../../../results/record/schema.ts';
import { isCopy } from '../fingerprint.ts';
import { isReproduced } from '../reproduced.ts';
import type { Row } from '../row.ts';
import { rowOf } from '../row-of.ts';
import { judge, RULES } from './index.ts';
import { REGION_MS } from './replay.ts';
import type { KnownRun } from './rule.ts';

const FOLDER = new URL('../../../results/data/', import.meta.url);
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));
const read = (file: string): RunRecord => readRecord(JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')));

const MODELS = '2026-11-27-lavapipe-smollm2.json';
const DAY_MS = 24 * 3600 * 1000;
const at = ({ created }: RunRecord): number => Date.parse(created) + DAY_MS;

const HERE = new URL('./rules/', import.meta.url);
const RULE_FILES = readdirSync(HERE, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.rule.ts'))
  .map((name) => name.replace(/^.*[/\\]/, ''));

describe('every rule', () => {
  test('is a file with its id, and no id is twice', () => {
    expect(RULES.map(({ id }) => `${id}.rule.ts`).sort()).toEqual(RULE_FILES.sort());
  });

  test('has a row in docs/collection.md', () => {
    const text = readFileSync(new URL('../../../docs/collection.md', import.meta.url), 'utf8');
    expect(
      RULES.filter(({ id, statement, severity }) => !text.includes(`| \`${id}\` | ${statement} | ${severity} |`)),
    ).toEqual([]);
  });

  test.each(RULES)('$id says what an honest run keeps to, in whole sentences', ({ id, name, statement }) => {
    expect(id).toMatch(/^[a-z]+(?:-[a-z]+)*$/);
    expect(name).toMatch(/^[A-Z].{4,60}[^.]$/);
    expect(statement).toMatch(/^[A-Z].{20,200}\.$/);
    expect(statement).not.toMatch(/verified/i);
  });
});

describe.each(FILES)('%s', (file) => {
  const record = read(file);

  test('keeps to every rule', () => expect(judge(record, at(record))).toEqual({ status: 'plausible', reasons: [] }));

  test('has a row without any text that a person chose', () => {
    record.reported = { gpu: '<b>my GPU</b>', note: 'call me' };
    record.adapter.description = `${record.adapter.description} <script>`;
    expect(JSON.stringify(rowOf(record))).not.toMatch(/<|call me/);
  });
});

describe('a judgement', () => {
  test('is a rejection where no run leaves such a record, with the rule and a sentence', () => {
    const record = read(MODELS);
    for (const m of record.measurements) if (m.status === 'measured') m.work.bytesRead *= 100;
    const { status, reasons } = judge(record, at(record));
    expect(status).toBe('rejected');
    expect(reasons).toContainEqual({ rule: 'odd-bytes', text: expect.stringMatching(/^A dispatch of .*\.$/) });
  });

  test('is quarantine where an honest run may look like this', () => {
    const record = read(MODELS);
    record.seed += 1;
    expect(judge(record, at(record))).toMatchObject({ status: 'quarantined', reasons: [{ rule: 'seed-order' }] });
  });

  test('shows no text that the record holds and no list has', () => {
    const record = read(MODELS);
    record.seed += 1;
    record.reported = { gpu: 'NVIDIA GeForce RTX 4090 from CHEAP SHOP' };
    Object.assign(record.adapter, { description: 'AMD buy here', isFallbackAdapter: false, vendor: 'nvidia' });
    for (const m of record.decode ?? []) if (m.status === 'measured') m.work.bytesRead *= 100;
    for (const m of record.decode ?? []) m.case.model = 'My Own Words';
    const text = JSON.stringify(judge(record, at(record)).reasons);
    expect(text).toContain('(a name)');
    expect(text).not.toMatch(/CHEAP SHOP|buy here|My Own Words/);
  });

  test('looks anew at a record that was changed since', () => {
    const record = read(MODELS);
    expect(judge(record, at(record)).status).toBe('plausible');
    record.seed += 1;
    expect(judge(record, at(record)).status).toBe('quarantined');
  });

  test('counts time by the clock of the collection', () => {
    const record = read(MODELS);
    const { reasons } = judge(record, Date.parse(record.created) - 2 * DAY_MS);
    expect(reasons.map(({ rule }) => rule)).toEqual(['odd-date']);
  });

  test('knows a copy of a run that was there before, whatever else was changed', () => {
    const first = read(MODELS);
    const copy: RunRecord = { ...structuredClone(first), id: 'f'.repeat(64), reported: { note: 'mine' } };
    const neighbours: KnownRun[] = [{ row: rowOf(first), submitter: 'a' }];
    expect(judge(copy, at(copy), { neighbours }).reasons.map(({ rule }) => rule)).toEqual(['near-duplicate']);
    expect(judge(first, at(first), { neighbours }).reasons).toEqual([]);
  });

  test('runs of different machines are no copies, though their seeds are the same', () => {
    const prints = FILES.map((file) => rowOf(read(file)).fingerprint);
    for (const [i, one] of prints.entries()) {
      for (const other of prints.slice(0, i)) expect(isCopy(one, other)).toBe(false);
    }
  });
});

describe('what other submitters with the same part found', () => {
  const record = read('2026-11-24-lavapipe-quick.json');
  Object.assign(record.adapter, { isFallbackAdapter: false });
  const row: Row = {
    ...rowOf(record),
    software: false,
    part: { name: 'NVIDIA GeForce RTX 4090', memoryGB: 24, count: 1 },
  };

  test.each([
    ['two others that found the same', [1, 1.03], true],
    ['one other: it may be the same person', [1], false],
    ['two others that found half', [0.5, 0.5], false],
    ['two of three', [1, 1, 0.5], true],
    ['two of four', [1, 1, 0.5, 0.4], false],
  ])('%s', (_, times, reproduced) => {
    const others = times.map(
      (factor, i): KnownRun => ({
        submitter: `other ${i}`,
        row: { ...row, id: `${i}`, gbps: factor * (row.gbps ?? 0), gbpsInterval: null },
      }),
    );
    expect(isReproduced(row, 'me', others)).toBe(reproduced);
    expect(isReproduced({ ...row, software: true }, 'me', others)).toBe(false);
  });

  test('many runs of one other submitter count as one', () => {
    const others = Array.from({ length: 9 }, (_, i): KnownRun => ({ submitter: 'one', row: { ...row, id: `${i}` } }));
    expect(isReproduced(row, 'me', others)).toBe(false);
  });
});

test('regions are as long as the profiles aim at', () => {
  for (const [id, { regionMs, curve }] of Object.entries(PROFILES)) {
    expect(REGION_MS).toMatchObject({ [id]: { case: regionMs, curve: curve.regionMs } });
  }
});
