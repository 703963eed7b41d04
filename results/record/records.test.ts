/**
 * Tests that every committed record passes its check and is labelled as what it is, and that corrupted ones are
 * refused.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { analyse } from '../../src/model/gemv-line/analyse.ts';
import { DEFAULT_MODEL } from '../../src/model/models/index.ts';
import { labelsOf } from '../labels/index.ts';
import { checkRecord, readRecord } from './check.ts';
import { digest } from './digest.ts';
import type { RunRecord } from './schema.ts';

const FOLDER = new URL('../data/', import.meta.url);
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));
const load = (file: string): unknown => JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8'));
const record = (file: string): RunRecord => readRecord(load(file));

test('both software adapters have a record', () => {
  const architectures = FILES.map((file) => record(file).adapter.architecture);
  expect(architectures).toEqual(expect.arrayContaining(['swiftshader', 'software']));
});

describe.each(FILES)('%s', (file) => {
  test('passes its check', () => expect(checkRecord(load(file))).toMatchObject({ ok: true }));

  test('gives a streaming figure and a decode estimate, each with an interval', () => {
    const { streaming, weightsOnly } = analyse(record(file), DEFAULT_MODEL);
    expect(streaming?.ci95).not.toBeNull();
    expect(weightsOnly?.tokensPerSecond.ci95).not.toBeNull();
  });

  test('has the label of a software adapter exactly where its adapter is one', () => {
    const labelled = labelsOf(record(file)).some(({ id }) => id === 'software-adapter');
    expect(labelled).toBe(/swiftshader|software/.test(record(file).adapter.architecture));
  });
});

describe('a corrupted record is refused with path and rule', () => {
  // biome-ignore lint/suspicious/noExplicitAny: types forbid what corrupts a record
  type Json = Record<string, any>;
  /** The record, corrupted by someone who knows how to compute its id. */
  const resealed = ({ id: _, ...body }: Json): Json => ({ ...body, id: digest(body) });
  const good = (): Json => resealed(structuredClone(record(FILES[0] ?? '')));
  const corruptions: [string, (r: Json) => Json, string, RegExp][] = [
    ['a changed sample', (r) => edit(r, (x) => (firstMeasured(x).samples[0].wallMs += 1)), 'id', /SHA-256 of the rest/],
    ['an unknown key', (r) => resealed(edit(r, (x) => (x.gbps = 4000))), '', /gbps/],
    ['a missing field', (r) => resealed(edit(r, (x) => delete x.clock.trusted)), 'clock.trusted', /queue-drain/],
    [
      'an unknown schema version',
      (r) => resealed(edit(r, (x) => (x.schema = 3))),
      'schema',
      /at most 2; got 3: a newer HBMark/,
    ],
    ['no schema at all', (r) => edit(r, (x) => Reflect.deleteProperty(x, 'schema')), 'schema', /no record of HBMark/],
    ['the version of another schema', (r) => resealed(edit(r, (x) => (x.schema = 1))), '', /unrecognized/i],
    [
      'a negative duration',
      (r) => resealed(edit(r, (x) => (firstMeasured(x).samples[1].wallMs = -1))),
      'samples[1].wallMs',
      />=0/,
    ],
    [
      'samples of a wrong measurement',
      (r) => resealed(edit(r, (x) => (firstMeasured(x).status = 'wrong'))),
      'measurements[',
      /./,
    ],
    [
      'samples of a result beyond its tolerance',
      (r) => resealed(edit(r, (x) => (firstMeasured(x).verification.nmse = 1))),
      'verification.nmse',
      /at most/,
    ],
    [
      'a single region length',
      (r) => resealed(edit(r, (x) => firstMeasured(x).samples.map((s: Json) => Object.assign(s, { dispatches: 7 })))),
      'samples',
      /two region lengths/,
    ],
    [
      'a case that was not planned',
      (r) => resealed(edit(r, (x) => (firstMeasured(x).case.kernel = 'other'))),
      '.case',
      /plan\.cases/,
    ],
    [
      'a missing measurement',
      (r) => resealed(edit(r, (x) => x.measurements.pop())),
      'measurements',
      /one measurement for each/,
    ],
    [
      'a GPU that is busy for longer than the wall clock says',
      (r) => resealed(edit(r, (x) => (firstMeasured(x).samples[2].gpuMs *= 70))),
      'samples[2]',
      /cannot be busy for longer/,
    ],
    [
      'timestamps without the feature',
      (r) => resealed(edit(r, (x) => (x.adapter.features = []))),
      'clock.trusted',
      /adapter feature/,
    ],
    [
      'samples out of order',
      (r) => resealed(edit(r, (x) => (firstMeasured(x).samples[1].atMs = 0))),
      'samples[1].atMs',
      /before/,
    ],
    [
      'a decode step of a single region length',
      (r) =>
        resealed(
          edit(r, (x) => {
            const { work, rotationBytes, verification, samples, discarded, stopped } = firstMeasured(x);
            x.decode = [
              {
                ...{ status: 'measured', work, rotationBytes, verification, discarded, stopped },
                case: { model: 'some', weights: 'f16', kv: 'f16', batch: 1, context: 8 },
                ...{
                  dispatches: 9,
                  layers: { distinct: 1, total: 1 },
                  residentBytes: 1,
                  checksum: '00000000',
                  preRollSteps: 0,
                },
                samples: samples.map((sample: Json) => ({ ...sample, dispatches: 7 })),
              },
            ];
          }),
        ),
      'decode[0].samples',
      /two region lengths/,
    ],
    [
      'a decode step that exceeds its memory cap and shares layers',
      (r) =>
        resealed(
          edit(r, (x) => {
            const { work, rotationBytes, verification, samples, discarded, stopped } = firstMeasured(x);
            x.decode = [
              {
                ...{ status: 'measured', work, rotationBytes, verification, discarded, stopped, samples },
                case: { model: 'some', weights: 'f16', kv: 'f16', batch: 1, context: 8, memoryBytes: 99 },
                ...{
                  dispatches: 9,
                  layers: { distinct: 1, total: 2 },
                  residentBytes: 100,
                  checksum: '00000000',
                  preRollSteps: 0,
                },
              },
            ];
          }),
        ),
      'decode[0].residentBytes,decode[0].layers.distinct',
      /at most the case's memoryBytes, 99; got 100.*must be all 2/,
    ],
    [
      'a case that rotates through more than its part of the pool',
      (r) =>
        resealed(
          edit(r, (x) => {
            const i = x.measurements.indexOf(firstMeasured(x));
            for (const c of [x.plan.cases[i], x.measurements[i].case]) c.withinBytes = 64;
          }),
        ),
      'rotationBytes',
      /at most the case's withinBytes, 64; got \d+/,
    ],
    ['an array in place of a record', () => [], '', /object/],
  ];
  const edit = (r: Json, change: (r: Json) => unknown): Json => {
    change(r);
    return r;
  };
  const firstMeasured = (r: Json): Json => r.measurements.find((m: Json) => m.status === 'measured');

  test.each(corruptions)('%s', (_, corrupt, path, rule) => {
    const checked = checkRecord(corrupt(good()));
    if (checked.ok) throw new Error('it was accepted');
    expect(checked.problems.map((p) => p.path).join()).toContain(path);
    expect(checked.problems.map((p) => p.rule).join()).toMatch(rule);
  });
});

test('the id does not depend on the order of keys', () => {
  expect(digest({ a: 1, b: [{ c: 2, d: 3 }] })).toBe(digest({ b: [{ d: 3, c: 2 }], a: 1 }));
  expect(digest({ a: 1 })).not.toBe(digest({ a: 2 }));
  // RFC 8785 leaves {"a":1}; its SHA-256 by another tool:
  expect(digest({ a: 1 })).toBe('015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862');
});
