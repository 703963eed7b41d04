import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checkRecord, readRecord } from './check.ts';
import { bandwidthGBps, cacheCurve, isMeasured, memoryShare, runDrift, streamingGBps } from './derive.ts';
import { recordId, seal } from './digest.ts';
import { labelsOf } from './labels.ts';
import { currentKernelId, keptBodySchema, RENAMED_KERNELS } from './migrations.ts';
import type { Case, RecordBody, RunRecord } from './schema.ts';

const COMMITTED = new URL('./data/2026-11-24-lavapipe-quick.json', import.meta.url);
const { id: _, ...body }: RunRecord = JSON.parse(readFileSync(COMMITTED, 'utf8'));

/**
 * The first cases of the committed record, which are products of weights in f32, get the ids that kernels had before
 * they were renamed.
 */
const OLD_IDS = Object.keys(RENAMED_KERNELS);
const oldCase = (of: Case, index: number): Case => ({ ...of, kernel: OLD_IDS[index] ?? of.kernel });
const oldBody: RecordBody = {
  ...body,
  plan: { ...body.plan, cases: body.plan.cases.map(oldCase) },
  measurements: body.measurements.map((m, index) => ({ ...m, case: oldCase(m.case, index) })),
};
const old = seal(oldBody);

const kernelsOf = ({ plan, measurements }: RecordBody) => ({
  planned: plan.cases.map(({ kernel }) => kernel),
  measured: measurements.map((m) => m.case.kernel),
});

describe('a record with the kernel ids of its day', () => {
  const read = readRecord(structuredClone(old));

  test('passes its check and keeps its id', () => {
    expect(checkRecord(structuredClone(old))).toMatchObject({ ok: true });
    expect(read.id).toBe(old.id);
    expect(recordId(old)).toBe(old.id);
  });

  test('is read with the ids of today, in plan and measurements', () => {
    const { planned, measured } = kernelsOf(read);
    expect(planned.slice(0, OLD_IDS.length)).toEqual(Object.values(RENAMED_KERNELS));
    expect(planned.slice(OLD_IDS.length)).toEqual(kernelsOf(old).planned.slice(OLD_IDS.length));
    expect(measured).toEqual(planned);
  });

  test('is otherwise the same, and so is every figure derived from it', () => {
    const withoutKernels = (one: RunRecord) => ({
      ...one,
      plan: { ...one.plan, cases: one.plan.cases.map(({ kernel, ...rest }) => rest) },
      measurements: one.measurements.map((m) => ({ ...m, case: { ...m.case, kernel: '' } })),
    });
    expect(withoutKernels(read)).toEqual(withoutKernels(old));
    const figuresOf = (one: RunRecord) => ({
      gbps: one.measurements.filter(isMeasured).map((m) => bandwidthGBps(m, one.clock.trusted)),
      ...{ drift: runDrift(one), curve: cacheCurve(one), streaming: streamingGBps(one), share: memoryShare(one) },
      labels: labelsOf(one),
    });
    expect(figuresOf(old).streaming).toBeDefined();
    expect(figuresOf(read)).toEqual(figuresOf(old));
  });

  test('is refused where it was changed after it was made, under old ids as under new ones', () => {
    const changed = { ...structuredClone(old), seed: old.seed + 1 };
    const renamed = { ...read, id: old.id };
    for (const value of [changed, renamed]) {
      expect(() => readRecord(value)).toThrow(/^id: must be the SHA-256 of the rest/);
    }
  });

  test('resumed and sealed again, it is a record of its own that passes its check', () => {
    const { id: _, ...kept } = read;
    const sealed = seal(kept);
    expect(sealed.id).not.toBe(old.id);
    expect(readRecord(structuredClone(sealed))).toEqual(sealed);
  });
});

test('a run that was kept without an id is read with the ids of today, too', () => {
  const kept = keptBodySchema.parse(structuredClone(oldBody));
  expect(kernelsOf(kept)).toEqual(kernelsOf(readRecord(old)));
  expect(keptBodySchema.safeParse({ ...oldBody, seed: -1 }).success).toBe(false);
});

test('ids that were given up stay given up; others are as they are', () => {
  for (const id of Object.values(RENAMED_KERNELS)) expect(currentKernelId(id)).toBe(id);
  for (const id of ['gemv', 'constructor', '']) expect(currentKernelId(id)).toBe(id);
});
