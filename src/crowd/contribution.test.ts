/** The records of the collection: those that lie in the repository, and what a contributed one may get wrong. */

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readRecord } from '../../results/record/check.ts';
import { seal } from '../../results/record/digest.ts';
import type { RecordBody, RunRecord } from '../../results/record/schema.ts';
import { recordFiles } from '../../vite.dataset.ts';
import { gpuRecord } from '../app/gallery/gpu-record.ts';
import { contributedPath, fileTextOf, newFileAddress } from './contribution.ts';
import { breachesOf } from './contribution-check.ts';
import { committedDataset } from './dataset/committed.ts';
import { asHandedIn } from './submission.ts';

const read = (name: string): string => readFileSync(new URL(`../../results/data/${name}`, import.meta.url), 'utf8');

const NAMES = recordFiles();

/** The records that lie beside the folders of the years: tests and documents call them by these names. */
const BY_NAME = [
  ...['2026-11-20-lavapipe-quick.json', '2026-11-20-swiftshader-quick.json', '2026-11-24-lavapipe-quick.json'],
  ...['2026-11-24-lavapipe-smollm2-f16.json', '2026-11-24-lavapipe-smollm2-int4-g32.json'],
  ...['2026-11-24-swiftshader-quick.json', '2026-11-24-swiftshader-smollm2-f16.json'],
  ...['2026-11-24-swiftshader-smollm2-int4-g32.json', '2026-11-27-lavapipe-smollm2.json'],
  ...['2026-11-27-swiftshader-smollm2-360m-context-1024.json', '2026-11-27-swiftshader-smollm2-360m-context-4096.json'],
  ...['2026-11-27-swiftshader-smollm2.json'],
];

test('a record of the collection lies in the folder of its year', () => {
  const astray = NAMES.filter((name) => !/^\d{4}\/[^/]+$/.test(name) && !BY_NAME.includes(name));
  expect(astray, 'move each to results/data/YEAR/ID.json, as "hbmark submit --as-file" does').toEqual([]);
  expect(NAMES).toEqual(expect.arrayContaining(BY_NAME));
});

test('every contributed file is a record, unchanged, possible, and where it belongs', () => {
  for (const name of NAMES.filter((one) => one.includes('/'))) {
    const path = `results/data/${name}`;
    expect(breachesOf(path, read(name), Date.now()), `${path}: mend what is named here, or take the file out`).toEqual(
      [],
    );
  }
});

test('the records of the repository make a dataset', () => {
  const files = NAMES.map((path) => ({ path, text: read(path) }));
  const [about] = committedDataset(files, Date.now());
  expect(JSON.parse(String(about?.content))).toMatchObject({ runs: NAMES.length });
  expect(() => committedDataset([...files, ...files.slice(0, 1)], 0)).toThrow(
    'lies in the collection already; remove one',
  );
  expect(() => committedDataset([{ path: 'x.json', text: '{}' }], 0)).toThrow(/^x\.json: /);
});

describe('a contributed file', () => {
  const committed = readRecord(JSON.parse(read('2026-11-24-lavapipe-quick.json')));
  const changed = (change: (body: RecordBody) => RecordBody): RunRecord => {
    const { id: _, ...body } = structuredClone(committed);
    return seal(change(body));
  };
  const good = changed((body) => body);
  const now = Date.parse('2026-12-01');
  const breaches = (record: RunRecord, path = contributedPath(record)) => breachesOf(path, fileTextOf(record), now);

  test('has a place by its year and id', () => {
    expect(contributedPath(good)).toBe(`results/data/2026/${good.id}.json`);
    expect(breaches(good)).toEqual([]);
  });

  test.each(['results/data/2025/ID.json', 'results/data/2026/mine.json', 'results/data/ID.json'])(
    'at %s is told where it belongs',
    (path) =>
      expect(breaches(good, path.replace('ID', good.id))).toEqual([
        { path: '', rule: `must lie at ${contributedPath(good)}, named by year and id: move it there` },
      ]),
  );

  test('that was edited is refused, and told what to contribute', () => {
    const [first] = breaches({ ...good, created: '2026-11-25T00:00:00.000Z' });
    expect(first?.path).toBe('id');
    expect(first?.rule).toContain('Contribute the file as the page or "run --out" wrote it');
  });

  test('with a note is refused, since everybody would read it', () => {
    expect(breaches(changed((body) => ({ ...body, reported: { note: 'my desk' } })))).toMatchObject([
      { path: 'reported.note', rule: expect.stringContaining('submit --as-file') },
    ]);
  });

  test('of a run that cannot have been is refused with the rule', () => {
    const record = gpuRecord();
    const faster = seal({
      ...(({ id: _, ...body }) => body)(record),
      measurements: record.measurements.map((m) =>
        m.status === 'measured'
          ? { ...m, samples: m.samples.map((s) => ({ ...s, wallMs: s.wallMs / 100, gpuMs: s.gpuMs && s.gpuMs / 100 })) }
          : m,
      ),
    });
    expect(
      breaches(faster)
        .map(({ rule }) => rule)
        .join(),
    ).toMatch(/must be possible \(/);
  });
});

test('a note stays here, and takes the id with it', () => {
  const written = JSON.parse(read('2026-11-24-lavapipe-quick.json'));
  const record = readRecord(written);
  // As it was written, in the form of its time: its id is of that.
  expect(asHandedIn(record, written)).toEqual({ id: record.id, json: written });
  const noted = seal({ ...(({ id: _, ...body }) => body)(record), reported: { gpu: 'RTX 4090', note: 'my desk' } });
  const { id, json } = asHandedIn(noted, noted);
  expect(id).not.toBe(noted.id);
  expect(readRecord(json)).toMatchObject({ id, reported: { gpu: 'RTX 4090' } });
  expect(JSON.stringify(json)).not.toContain('my desk');
});

test('the address of GitHub’s form names the file', () => {
  expect(newFileAddress('https://github.com/some/hbmark', 'results/data/2026/ab.json')).toBe(
    'https://github.com/some/hbmark/new/main?filename=results%2Fdata%2F2026%2Fab.json',
  );
});
