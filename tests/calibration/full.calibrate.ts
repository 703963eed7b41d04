/** `npm run calibrate`: all regimes, over enough devices to tell 93 % from 95 %, and their tables. */

import { expect, test } from 'vitest';
import { PROFILES } from '../../harness/profiles.ts';
import { betweenTableText, calibrateBetween } from './figures/between.ts';
import { calibrate, tableText } from './figures/calibrate.ts';
import { calibrateHeadline, headlineTableText } from './figures/headline.ts';
import { calibrateMemory, memoryTableText } from './figures/memory.ts';
import { calibrateSlowSteps } from './figures/steps.ts';
import { calibrateSweep, sweepTableText } from './figures/sweep.ts';
import { calibrateVerdicts, inBadConditions, verdictTableText } from './verdicts/verdicts.ts';

/** The number of devices of each of the six regimes. */
const DEVICES = 600;

const SLOW_STEPS = 6000;

/** A run of `quick` takes some 20 ms to simulate. */
const TIMEOUT_MS = 600_000;

test('calibration', { timeout: TIMEOUT_MS }, async () => {
  const rows = [...(await calibrate(DEVICES)), await calibrateSlowSteps(SLOW_STEPS)];
  console.log(tableText(rows));
  const far = rows.filter(({ coverage, bias }) => coverage < 0.93 || coverage > 0.97 || Math.abs(bias) > 0.005);
  console.log(`\n${far.length} of ${rows.length} lines outside 93 – 97 % or beyond 0.5 % of bias`);
  for (const { regime, figure } of far) console.log(`- ${regime}: ${figure}`);
  const times = rows.find(({ regime, figure }) => regime === 'well-behaved' && figure === 'time of a dispatch');
  expect(times?.width90).toBeLessThan(0.03);
});

/** The number of devices with each kind of cache. One of `full` takes ten times as long to simulate. */
const HEADLINES = { quick: 600, full: 100 };

test('headlines', { timeout: 6 * TIMEOUT_MS }, async () => {
  const rows = [
    ...(await calibrateHeadline(HEADLINES.quick, PROFILES.quick)),
    ...(await calibrateHeadline(HEADLINES.full, PROFILES.full)),
  ];
  console.log(headlineTableText(rows));
  for (const { devices, profile, held, wrong } of rows) {
    expect(held, `${devices}, ${profile}`).toBeGreaterThanOrEqual(0.9);
    expect(wrong, `${devices}, ${profile}`).toBeLessThanOrEqual(0.01);
  }
});

/** The number of devices of each kind. A sweep of `full` takes ten times as long to simulate. */
const SWEEPS = { quick: 600, full: 200 };

test('sweeps', { timeout: TIMEOUT_MS }, async () => {
  const rows = [...(await calibrateSweep(SWEEPS.quick, ['quick'])), ...(await calibrateSweep(SWEEPS.full, ['full']))];
  console.log(sweepTableText(rows));
  for (const { devices, knee } of rows) {
    if (devices.startsWith('no cache')) expect(knee, devices).toBeGreaterThan(0.98);
    else if (!devices.endsWith('slow set')) expect(knee, devices).toBeGreaterThan(0.95);
  }
});

/** The number of devices of each kind: enough to tell one wrong label in a hundred from none. */
const MEMORIES = 300;

test('memory', { timeout: TIMEOUT_MS }, async () => {
  const rows = await calibrateMemory(MEMORIES);
  console.log(memoryTableText(rows));
  for (const { devices, count, labelled } of rows) {
    if (devices.startsWith('one memory')) expect(labelled / count, devices).toBeLessThanOrEqual(0.01);
  }
});

/** The number of devices of each kind of placement. Each is measured ten times. */
const PLACED = 600;

test('between runs', { timeout: TIMEOUT_MS }, async () => {
  const rows = await calibrateBetween(PLACED);
  console.log(betweenTableText(rows));
  for (const { placement, runs, withinOwn, between } of rows) {
    expect(withinOwn, `${placement}, ${runs} runs`).toBeGreaterThan(0.93);
    // Few runs may all lie in one of two places.
    if (!placement.startsWith('either')) expect(between, `${placement}, ${runs} runs`).toBeGreaterThan(0.92);
  }
});

/** The number of devices of each of the four regimes. */
const JUDGED = 200;

test('verdicts', { timeout: TIMEOUT_MS }, async () => {
  const rows = await calibrateVerdicts(JUDGED);
  console.log(verdictTableText(rows));
  for (const { regime, claim, devices, right, wrong } of rows) {
    expect(right / devices, `${regime}: ${claim}`).toBeGreaterThanOrEqual(0.95);
    // One in forty intervals of a device on a threshold lies beyond the threshold by chance. Few devices are near one.
    expect(wrong / devices, `${regime}: ${claim}`).toBeLessThanOrEqual(0.01);
  }
});

/** The number of devices of each regime in bad conditions: enough to see that noise makes verdicts rare, not wrong. */
const BADLY_JUDGED = 50;

test('verdicts in bad conditions', { timeout: TIMEOUT_MS }, async () => {
  const rows = await calibrateVerdicts(BADLY_JUDGED, 1, inBadConditions);
  console.log(verdictTableText(rows));
  for (const { regime, claim, devices, wrong } of rows) {
    expect(wrong / devices, `${regime}: ${claim}`).toBeLessThanOrEqual(0.05);
  }
});
