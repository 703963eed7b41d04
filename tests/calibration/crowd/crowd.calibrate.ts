/** The large table of the collection's rules: `npx vitest run --project calibrate crowd`. It takes some minutes. */

import { expect, test } from 'vitest';
import { FAST_DRESSES, type Honest, soundRecord, troubledRecord } from '../../support/crowd/crowd-records.ts';
import { HELD_OUT_FORGERIES } from '../../support/crowd/forgeries/held-out.ts';
import { CROWD_FORGERIES } from '../../support/crowd/forgeries/index.ts';
import { TROUBLES } from '../machines/machines.ts';
import { attempts, committed, forgeriesTable, judged, shareFound } from './crowd.ts';

/** Machines of each kind. */
const SOUND = Number(process.env.CROWD_MACHINES ?? 30);

/** Seeds of simulated machines, far apart: seeds that are alike give machines that are alike. */
const seedOf = (nth: number): number => 7919 * (nth + 1) + 13;

test('forgeries and honest runs', { timeout: 3_600_000 }, async () => {
  const sound: Honest[] = [];
  for (let i = 0; i < SOUND; i++) sound.push(await soundRecord(seedOf(i)));
  const fast: Honest[] = [];
  for (let i = 0; i < SOUND / 2; i++) fast.push(await soundRecord(seedOf(1000 + i), FAST_DRESSES));
  const troubled: Honest[] = [];
  for (const [t, trouble] of TROUBLES.entries()) {
    for (let i = 0; i < SOUND / 5; i++) troubled.push(await troubledRecord(seedOf(2000 + 100 * t + i), trouble));
  }
  const groups = {
    'sound GPUs': sound,
    'fast GPUs and Apple’s': fast,
    'machines in trouble': troubled,
    'committed records': committed(),
  };
  for (const [name, honest] of Object.entries(groups)) {
    const flagged = honest.flatMap(({ of, record }) => {
      const { reasons } = judged(record);
      return reasons.length > 0 ? [`${of}: ${reasons.map(({ rule, text }) => `${rule}: ${text}`).join('; ')}`] : [];
    });
    console.info(
      `${name}: ${flagged.length} of ${honest.length} honest runs flagged\n${flagged.slice(0, 12).join('\n')}`,
    );
    groupFlags.push({ flagged: flagged.length, of: honest.length });
  }
  const all = attempts(
    [...sound.slice(0, SOUND / 3), ...fast.slice(0, SOUND / 6), ...committed()],
    [...CROWD_FORGERIES, ...HELD_OUT_FORGERIES],
  );
  console.info(forgeriesTable(all));
  const missed = new Map<string, number>();
  for (const { isRight, kind, name, found } of all) {
    const key = `${kind}: ${name} (${found.join() || 'nothing'})`;
    if (!isRight) missed.set(key, (missed.get(key) ?? 0) + 1);
  }
  console.info([...missed].map(([key, n]) => `missed ${n} × ${key}`).join('\n'));
  expect(shareFound(all)).toBeGreaterThanOrEqual(0.95);
  const [flagged, of] = [sum(groupFlags.map((one) => one.flagged)), sum(groupFlags.map((one) => one.of))];
  expect(flagged / of).toBeLessThanOrEqual(0.02);
});

const groupFlags: { readonly flagged: number; readonly of: number }[] = [];

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
