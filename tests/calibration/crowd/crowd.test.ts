/** In the gate: the collection's rules before a few honest runs and each forgery of them. `crowd.calibrate.ts` has more. */

import { describe, expect, test } from 'vitest';
import { RULES } from '../../../src/crowd/checks/index.ts';
import { FAST_DRESSES, soundRecord, troubledRecord } from '../../support/crowd/crowd-records.ts';
import { CROWD_FORGERIES } from '../../support/crowd/forgeries/index.ts';
import { TROUBLES } from '../machines/machines.ts';
import { attempts, committed, judged, shareFound } from './crowd.ts';

describe('runs on simulated GPUs', async () => {
  const sound = [await soundRecord(7), await soundRecord(8), await soundRecord(2, FAST_DRESSES)];

  test.each(sound)('$of: an honest run keeps to every rule', ({ record }) => {
    expect(judged(record)).toEqual({ status: 'plausible', reasons: [] });
  });

  test.each(TROUBLES.filter(({ name }) => name === 'noise'))('so does one with $name', async (trouble) => {
    const { record } = await troubledRecord(9, trouble);
    expect(judged(record).reasons).toEqual([]);
  });

  const real = committed();
  const forged = [...sound.slice(0, 1), ...real.filter(({ of }) => of === '2026-11-27-lavapipe-smollm2.json')];
  const all = attempts(forged, CROWD_FORGERIES, [...sound, ...real]);

  test('95 of 100 forgeries are flagged with a right reason', () => {
    expect(new Set(all.map(({ kind }) => kind)).size).toBeGreaterThanOrEqual(14);
    expect(shareFound(all)).toBeGreaterThanOrEqual(0.95);
  });

  test('each kind is found in most cases', () => {
    const kinds = [...new Set(all.map(({ kind }) => kind))];
    const shares = kinds.map((kind) => [kind, shareFound(all.filter((one) => one.kind === kind))] as const);
    expect(shares.filter(([, share]) => share < 0.5)).toEqual([]);
  });

  test('a forgery names rules that there are', () => {
    const ids = new Set(RULES.map(({ id }) => id));
    const unknown = CROWD_FORGERIES.flatMap(({ rules }) => rules.filter((rule) => !ids.has(rule)));
    expect([...new Set(unknown)]).toEqual([]);
  });
});
