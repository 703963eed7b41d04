/** Tests that records of every version are read as records of today, keep their ids, and lose nothing. */

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checkRecord, readRecord } from '../check.ts';
import { digest, recordId, seal } from '../digest.ts';
import type { Case, RunRecord } from '../schema.ts';
import { keptBodySchema } from './index.ts';
import { currentKernelId, RENAMED_KERNELS } from './kernels.ts';
import { type Body1, bodySchema1, fromVersion1 } from './version-1.ts';

const read = (file: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../data/${file}`, import.meta.url), 'utf8'));
const { id: _, ...written } = read('2026-11-24-lavapipe-smollm2-f16.json') as { id: string };
const body = bodySchema1.parse(written);

/**
 * The first cases of the committed record, which are products of weights in f32, get the ids that kernels had before
 * they were renamed.
 */
const OLD_IDS = Object.keys(RENAMED_KERNELS);
const oldCase = (of: Case, index: number): Case => ({ ...of, kernel: OLD_IDS[index] ?? of.kernel });
const oldBody: Body1 = {
  ...body,
  plan: { ...body.plan, cases: body.plan.cases.map(oldCase) },
  measurements: body.measurements.map((m, index) => ({ ...m, case: oldCase(m.case, index) })),
};
const old = { ...oldBody, id: digest(oldBody) };

interface Named {
  readonly plan: { readonly cases: readonly { readonly kernel: string }[] };
  readonly measurements: readonly { readonly case: { readonly kernel: string } }[];
}

const kernelsOf = ({ plan, measurements }: Named) => ({
  planned: plan.cases.map(({ kernel }) => kernel),
  measured: measurements.map((m) => m.case.kernel),
});

describe('a record of version 1, with the kernel ids of its day', () => {
  const today = readRecord(structuredClone(old));

  test('passes its check and keeps its id, which is the hash of what was written', () => {
    expect(checkRecord(structuredClone(old))).toMatchObject({ ok: true });
    expect(today.id).toBe(old.id);
    expect(recordId(old)).toBe(old.id);
  });

  test('is of version 2, and says that it does not know what version 1 did not hold', () => {
    expect(today.schema).toBe(2);
    expect(today.clock).toMatchObject({ completionMs: null, preRoll: null });
    expect(today.adapter.renderer).toBeNull();
    expect(today.plan).toMatchObject({ layouts: [], memory: null });
    const measured = today.measurements.filter((m) => m.status === 'measured');
    expect(new Set(measured.map((m) => m.preRollDispatches))).toEqual(new Set([0]));
    const steps = (today.decode ?? []).filter((m) => m.status === 'measured');
    expect(steps.length).toBeGreaterThan(0);
    expect(new Set(steps.map((m) => m.preRollSteps))).toEqual(new Set([0]));
  });

  test('has the kernel ids of today, in plan and measurements', () => {
    const { planned, measured } = kernelsOf(today);
    expect(planned.slice(0, OLD_IDS.length)).toEqual(Object.values(RENAMED_KERNELS));
    expect(planned.slice(OLD_IDS.length)).toEqual(kernelsOf(old).planned.slice(OLD_IDS.length));
    expect(measured).toEqual(planned);
  });

  test('loses nothing: what was written is in what is read', () => {
    const withoutKernels = (one: object): object =>
      JSON.parse(JSON.stringify(one, (key, value) => (key === 'kernel' ? undefined : value)));
    expect(withoutKernels({ ...today, schema: 1 })).toMatchObject(withoutKernels(old));
  });

  test('is refused where it was changed after it was made, under its old ids and shape as under the new ones', () => {
    const changed = { ...structuredClone(old), seed: old.seed + 1 };
    for (const value of [changed, today]) {
      expect(() => readRecord(value)).toThrow(/^id: must be the SHA-256 of the rest/);
    }
  });

  test('is refused with a key of version 2', () => {
    const { clock } = today;
    const mixed = { ...oldBody, clock };
    expect(checkRecord({ ...mixed, id: digest(mixed) })).toMatchObject({ ok: false, problems: [{ path: 'clock' }] });
  });

  test('resumed and sealed again, it is a record of version 2 that passes its check', () => {
    const { id: _, ...kept } = today;
    const sealed: RunRecord = seal(kept);
    expect(sealed.id).not.toBe(old.id);
    expect(readRecord(structuredClone(sealed))).toEqual(sealed);
  });
});

test('a run that was kept without an id is read the same way, whatever its version', () => {
  const kept = keptBodySchema.parse(structuredClone(oldBody));
  const { id: _, ...today } = readRecord(old);
  expect(kept).toEqual(today);
  expect(keptBodySchema.parse(structuredClone(kept))).toEqual(kept);
  expect(fromVersion1(body).schema).toBe(2);
  expect(keptBodySchema.safeParse({ ...oldBody, seed: -1 }).success).toBe(false);
});

test('ids that were given up stay given up; others are as they are', () => {
  for (const id of Object.values(RENAMED_KERNELS)) expect(currentKernelId(id)).toBe(id);
  for (const id of ['gemv', 'constructor', '']) expect(currentKernelId(id)).toBe(id);
});
