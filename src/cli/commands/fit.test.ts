import { readFileSync } from 'node:fs';
import { afterEach, expect, test, vi } from 'vitest';
import type { RunRecord } from '../../../results/record/schema.ts';
import { fit } from './fit.ts';

const RECORDS = ['lavapipe', 'swiftshader'].map((adapter) => `results/data/2026-11-24-${adapter}-quick.json`);

afterEach(() => {
  vi.restoreAllMocks();
});

/** Returns what the command prints on stdout. */
function printed(files: readonly string[], flags: Readonly<Record<string, unknown>> = {}): string {
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  fit.run(fit.parse(files, flags));
  return log.mock.calls.flat().join('\n');
}

test('both software adapters are not bound by bandwidth, with the evidence, and nothing is said of more of it', () => {
  const documents = JSON.parse(printed(RECORDS, { json: true, memory: 8 }));
  expect(documents).toHaveLength(2);
  for (const { file, record, bound, buys, basis, terms, claims } of documents) {
    expect((JSON.parse(readFileSync(file, 'utf8')) as RunRecord).id).toBe(record);
    expect(bound.verdict).toBe('not bandwidth-bound');
    expect(bound.evidence).toMatch(/uses [\d.]+ %.* of the memory’s speed/);
    expect(basis).toBe('products');
    expect(terms.find(({ id }: { id: string }) => id === 'a')).toMatchObject({
      figure: null,
      unidentified: 'no point is a whole decode step',
    });
    expect(buys).toEqual([]);
    expect(claims).toHaveLength(11);
    expect(claims).toContainEqual({
      id: 'door',
      verdict: 'fails',
      reason: expect.stringMatching(/of the memory’s speed/),
    });
    expect(claims.filter(({ verdict }: { verdict: string }) => verdict === 'holds')).toEqual([]);
  }
});

test('the text has the law, its form and held-out error, every term or the reason for its absence, the verdict, and what more would buy', () => {
  const text = printed([RECORDS[0] as string]);
  expect(text).toMatch(/^law {6}T = a \+ n·t_d \+ b·B/m);
  expect(text).toMatch(/^form {5}.*fitted to \d+ points \(products\)/m);
  expect(text).toMatch(/^held out \d+ points, predicted without having been seen: off by [\d.]+ %/m);
  expect(text).toMatch(/^b {8}unidentified: no point is a whole decode step$/m);
  expect(text).toMatch(/^verdict {2}not bandwidth-bound: /m);
  expect(text).toMatch(/^buys {5}not said: this run did not wait for memory/m);
  expect(text).toMatch(/^door {3}fails {4}a large f16 matrix–vector product uses \d+\.\d %/m);
  expect(text).toMatch(/^claims {3}10 of 11 are undecided: --profile full/m);
  expect(text).toMatch(/^memory {3}unknown: --memory GB says what twice as much would buy$/m);
});

const fitted = (name: string) =>
  JSON.parse(printed([`results/data/2026-11-${name}.json`], { json: true, memory: 8 }))[0];

test('a run that waited for memory says what more of it would buy', () => {
  const { bound, buys } = fitted('20-lavapipe-quick');
  expect(bound.verdict).toBe('bandwidth-bound');
  expect(buys[0].twiceBandwidth).toBeGreaterThan(1.5);
  expect(buys[0].full.twiceMemory).toBeGreaterThanOrEqual(1);
  expect(buys[0].interval).toBeNull();
  expect(printed(['results/data/2026-11-20-lavapipe-quick.json'])).toMatch(
    /^buys {5}twice the bandwidth buys 1\.\d+ times the tokens\/s: llama-3\.2-1b in f16/m,
  );
});

test.each(['24-lavapipe-smollm2-f16', '27-lavapipe-smollm2'])(
  'steps that did not wait for memory have no figure of more of it, whatever their law: %s',
  (name) => {
    const { bound, buys } = fitted(name);
    expect([bound.verdict, buys]).toEqual(['not bandwidth-bound', []]);
  },
);

test('a law of steps gives no interval to a machine whose costs are those of products', () => {
  const { buys, terms } = fitted('24-lavapipe-smollm2-int4-g32');
  expect(buys.length).toBeGreaterThan(0);
  expect(terms.find(({ id }: { id: string }) => id.startsWith('beta_w')).figure).toBeNull();
  for (const { interval } of buys) expect(interval).toBeNull();
});

test.each<[readonly string[], object, RegExp]>([
  [[], {}, /name at least one record: hbmark fit RECORD\.json/],
  [['package.json'], {}, /fit must be a record of HBMark; package\.json/],
  [['nowhere.json'], {}, /cannot read nowhere\.json/],
  [[RECORDS[0] as string], { memory: -1 }, /--memory must be a number from 0\.01 to 10000000 GB; got "-1"/],
])('%j %j is refused in one line', (files, flags, message) => {
  expect(() => fit.parse(files, { ...flags })).toThrow(message);
});
