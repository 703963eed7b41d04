import { expect, test } from 'vitest';
import node from '../../../../results/data/2026-11-24-lavapipe-quick.json';
import chromium from '../../../../results/data/2026-11-24-swiftshader-quick.json';
import decoded from '../../../../results/data/2026-11-27-lavapipe-smollm2.json';
import { streamingGBps } from '../../../../results/derived/derive.ts';
import { ratioOf } from '../../../../results/derived/ratio.ts';
import { conditionsOf } from '../../../../results/derived/repeated.ts';
import { readRecord } from '../../../../results/record/check.ts';
import type { RecordBody } from '../../../../results/record/schema.ts';
import { comparisonOf, conditionTexts, type NamedRun } from './comparison.ts';

const [A, B, STEPS]: readonly [RecordBody, RecordBody, RecordBody] = [
  readRecord(chromium),
  readRecord(node),
  readRecord(decoded),
];

const named = (key: string, body: RecordBody, name = ''): NamedRun => ({ key, name, origin: 'own', body });

test('the first run is set against each of the others, in every case that all have', () => {
  const { cases } = comparisonOf([named('a', A), named('b', B), named('a again', A)]);
  const [stream] = cases;
  const [a, b] = [streamingGBps(A), streamingGBps(B)];
  if (!a || !b) throw new Error('a record has no streaming bandwidth');
  expect(stream).toMatchObject({ kind: 'stream', title: 'Reading memory', unit: 'GB/s' });
  expect(stream?.ratios[0]).toEqual(ratioOf(a, b));
  expect(stream?.ratios[1]?.value).toBe(1);
  expect(cases.length).toBeGreaterThan(3);
  for (const { figures, ratios } of cases) expect([figures.length, ratios.length]).toEqual([3, 2]);
});

test('titles tell cases apart, and points of the cache curve are none of them', () => {
  const titles = comparisonOf([named('a', A), named('b', B)]).cases.map(({ title }) => title);
  expect(new Set(titles).size).toBe(titles.length);
  expect(titles.filter((title) => title.startsWith('working-set-read'))).toEqual([]);
});

test('decode steps are compared in tokens/s, without those that only a claim asked for', () => {
  const steps = comparisonOf([named('a', STEPS), named('b', STEPS)]).cases.filter(({ kind }) => kind === 'decode');
  const asked = (STEPS.decode ?? []).filter(({ status, case: { experiment } }) => status === 'measured' && !experiment);
  expect(steps).toHaveLength(asked.length);
  expect(steps[0]).toMatchObject({
    unit: 'tokens/s',
    title: expect.stringMatching(/^SmolLM2 .*, batch \d+, context /),
  });
});

test('what differs is named, with what it is in each run', () => {
  const { differences } = comparisonOf([named('a', A), named('b', B)]);
  expect(differences.map(({ name }) => name)).toContain('adapter');
  for (const { texts } of differences) {
    expect(texts).toHaveLength(2);
    expect(texts.every((text) => text !== '')).toBe(true);
  }
  expect(comparisonOf([named('a', A), named('b', A)]).differences).toEqual([]);
});

test('every condition has words', () => {
  expect(Object.keys(conditionTexts(A))).toEqual(Object.keys(conditionsOf(A)));
});

test('a run goes by the name that it was given, else by its GPU’s, and says whether it is whole', () => {
  const cut: RecordBody = { ...B, events: [...B.events, { atMs: 1, kind: 'cancelled', detail: 'by the person' }] };
  const { runs } = comparisonOf([named('a', A, 'Mine'), named('b', cut)]);
  expect(runs[0]).toMatchObject({ name: 'Mine', gpu: 'google swiftshader', endedEarly: '' });
  expect(runs[1]?.name).toBe(runs[1]?.gpu);
  expect(runs[1]?.endedEarly).toBe('by the person');
});

test('fewer than two runs have nothing to compare', () => {
  expect(comparisonOf([named('a', A)]).cases).toEqual([]);
  expect(comparisonOf([])).toEqual({ runs: [], differences: [], cases: [] });
});
