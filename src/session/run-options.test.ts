import { expect, test } from 'vitest';
import { kernelsDigest } from '../../harness/device/kernel-digest.ts';
import committed from '../../results/data/2026-11-24-lavapipe-quick.json';
import { readRecord } from '../../results/record/check.ts';
import type { RunRecord } from '../../results/record/schema.ts';
import { BASELINES, KERNELS, kernelsNamed, withBaselines } from '../../shaders/registry.ts';
import { DEFAULT_PARAMS } from './params.ts';
import { runRequest } from './requests.ts';
import { kernelsOfRun, runOptions } from './run-options.ts';

const record = readRecord(committed);
const [first] = record.plan.cases;

/** A record of these kernels, with the hash of their code. */
function recordOf(measured: typeof KERNELS.measured): RunRecord {
  if (!first) throw new Error('the record has no case');
  const cases = measured.map(({ id }) => ({ ...first, kernel: id }));
  const kernels = kernelsDigest({ ...KERNELS, measured });
  return { ...record, harness: { ...record.harness, kernels }, plan: { ...record.plan, cases } };
}

test('the kernels of a run are found by its plan and the hash of their code', () => {
  const some = ['gemv', 'stream-read'];
  expect(kernelsOfRun(recordOf(KERNELS.measured))).toEqual({ kernels: [], compare: false });
  expect(kernelsOfRun(recordOf(kernelsNamed(some)))).toEqual({ kernels: some, compare: false });
  expect(kernelsOfRun(recordOf(withBaselines(KERNELS.measured).measured))).toEqual({ kernels: [], compare: true });
  expect(kernelsOfRun(recordOf(withBaselines(kernelsNamed(['gemv'])).measured))).toEqual({
    kernels: ['stream-read', 'gemv'],
    compare: true,
  });
});

test('kernels that are named must be those of the run', () => {
  expect(kernelsOfRun(recordOf(kernelsNamed(['gemv'])), ['gemv'])).toEqual({ kernels: ['gemv'], compare: false });
  expect(kernelsOfRun(recordOf(kernelsNamed(['gemv'])), ['attention'])).toBeUndefined();
});

test('a run whose kernels have changed, or are not those of this version, has none', () => {
  expect(kernelsOfRun(record)).toBeUndefined();
  expect(kernelsOfRun(recordOf([...BASELINES].slice(0, 1)))).toBeUndefined();
});

test('the engine is told that a collector gave the seed, if one did', () => {
  const hosting = { signal: { aborted: false }, winnersOf: () => [] };
  const challenge = { expires: '2026-11-30T12:00:00.000Z', mac: '0123456789abcdef0123456789abcdef' };
  const given = runRequest({ ...DEFAULT_PARAMS, seed: 7, challenge }, 7, []);
  expect(runOptions(given, hosting)).toMatchObject({ seed: 7, challenge });
  expect(runOptions(runRequest(DEFAULT_PARAMS, 7, []), hosting)).not.toHaveProperty('challenge');
});
