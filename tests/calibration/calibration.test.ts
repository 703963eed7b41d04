/** A small calibration, seeded and over in seconds. `npm run calibrate` is the full one. */

import { expect, test } from 'vitest';
import { betweenTableText, calibrateBetween, EVENLY } from './between.ts';
import { calibrate, type Row, tableText } from './calibrate.ts';
import { calibrateSlowSteps } from './steps.ts';
import { calibrateSweep, sweepTableText } from './sweep.ts';

/** The number of devices of each regime. */
const DEVICES = 40;

test('240 simulated devices: intervals hold the truth, figures have no bias, and quick is narrow', async () => {
  const rows = await calibrate(DEVICES);
  const table = tableText(rows);
  for (const figure of new Set(rows.map((row) => row.figure))) {
    const of = rows.filter((row) => row.figure === figure);
    // 95 % of at least 240 intervals, give or take three standard deviations.
    expect(pooled(of), `${figure}\n${table}`).toBeGreaterThan(0.91);
    expect(pooled(of), `${figure}\n${table}`).toBeLessThan(0.99);
    for (const { bias } of of) expect(Math.abs(bias), `${figure}\n${table}`).toBeLessThan(0.01);
  }
  const streaming = rows.find(({ regime, figure }) => regime === 'well-behaved' && figure === 'streaming');
  expect(streaming?.width90, table).toBeLessThan(0.03);
});

const pooled = (rows: readonly Row[]): number =>
  rows.reduce((held, { coverage, intervals }) => held + coverage * intervals, 0) /
  rows.reduce((all, { intervals }) => all + intervals, 0);

test('steps that are slow, noisy and timed in a few rounds: intervals hold the truth', async () => {
  const row = await calibrateSlowSteps(600);
  // 94 %, give or take three standard deviations.
  expect(row.coverage, tableText([row])).toBeGreaterThan(0.91);
  expect(Math.abs(row.bias), tableText([row])).toBeLessThan(0.03);
});

test('440 sweeps: no knee without a cache, and each knee within an octave of its cache', async () => {
  const rows = await calibrateSweep(DEVICES, ['quick']);
  const table = sweepTableText(rows);
  for (const { devices, knee, levels } of rows) {
    // A set that is slow at the very end of a cache hides it from a sweep by octaves.
    const slow = devices.startsWith('one') && devices.endsWith('slow set');
    expect(knee, `${devices}\n${table}`).toBeGreaterThanOrEqual(slow ? 0.75 : 0.97);
    expect(levels, `${devices}\n${table}`).toBeGreaterThanOrEqual(slow ? 0.6 : 0.85);
  }
});

test('40 devices that differ by up to 2 % from run to run: an interval within a run holds that run, one between runs the device', async () => {
  const rows = await calibrateBetween(DEVICES, [EVENLY]);
  const table = betweenTableText(rows);
  expect(rows.map(({ runs }) => runs)).toEqual([3, 5, 10]);
  for (const { withinOwn, withinMean, between, agree } of rows) {
    // 95 % of at least 120 intervals, give or take three standard deviations.
    expect(withinOwn, table).toBeGreaterThan(0.89);
    expect(withinMean, table).toBeLessThan(0.4);
    // 95 % of 40 intervals, likewise. results/between-runs.test.ts counts 20,000.
    expect(between, table).toBeGreaterThan(0.84);
    expect(agree, table).toBeLessThan(0.4);
  }
});
