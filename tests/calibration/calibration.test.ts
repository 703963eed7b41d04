/** A small calibration, seeded and over in seconds. `npm run calibrate` is the full one. */

import { expect, test } from 'vitest';
import { PROFILES } from '../../harness/profiles.ts';
import { ALL } from '../support/tier.ts';
import { betweenTableText, calibrateBetween, EVENLY } from './figures/between.ts';
import { calibrate, type Row, tableText } from './figures/calibrate.ts';
import { calibrateHeadline, type HeadlineRow, headlineTableText } from './figures/headline.ts';
import { calibrateSlowSteps } from './figures/steps.ts';
import { calibrateSweep, sweepTableText } from './figures/sweep.ts';

/** The number of devices of each regime. */
const DEVICES = 40;

/** The number of devices of each kind of cache. */
const HEADLINES = ALL ? 16 : 8;

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
  const times = rows.find(({ regime, figure }) => regime === 'well-behaved' && figure === 'time of a dispatch');
  expect(times?.width90, table).toBeLessThan(0.03);
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

test(`${11 * HEADLINES} headlines: memory lies within the systematic error, whatever cache there is`, async () => {
  const rows = await calibrateHeadline(HEADLINES, PROFILES.quick);
  const table = headlineTableText(rows);
  const mean = (of: (row: HeadlineRow) => number, among = rows) =>
    among.reduce((sum, row) => sum + of(row), 0) / among.length;
  // The systematic error only widens intervals, of which 95 % hold the truth; give or take three standard deviations.
  expect(
    mean(({ held }) => held),
    table,
  ).toBeGreaterThan(0.9);
  expect(
    mean(({ wrong }) => wrong),
    table,
  ).toBeLessThanOrEqual(0.01);
  // The statistical interval cannot hold the memory behind a cache that keeps a part of every scan.
  const resistant = rows.filter(({ devices }) => /^(bip|brrip), 96/.test(devices));
  expect(
    mean(({ interval }) => interval, resistant),
    table,
  ).toBeLessThan(0.1);
  expect(
    mean(({ held }) => held, resistant),
    table,
  ).toBeGreaterThan(0.95);
  expect(rows.find(({ devices }) => devices === 'none')?.width90, table).toBeLessThan(0.03);
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
    // 95 % of 40 intervals, likewise. results/derived/between-runs.test.ts counts 20,000.
    expect(between, table).toBeGreaterThan(0.84);
    expect(agree, table).toBeLessThan(0.4);
  }
});
