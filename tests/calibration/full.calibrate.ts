/** `npm run calibrate`: all regimes over enough devices to tell 93 % from 95, and the tables of them. */

import { expect, test } from 'vitest';
import { calibrate, tableText } from './calibrate.ts';
import { calibrateSweep, sweepTableText } from './sweep.ts';

/** Of each of the six regimes. */
const DEVICES = 600;

/** A run of quick takes some 20 ms to simulate. */
const TIMEOUT_MS = 600_000;

test('calibration', { timeout: TIMEOUT_MS }, async () => {
  const rows = await calibrate(DEVICES);
  console.log(tableText(rows));
  const far = rows.filter(({ coverage, bias }) => coverage < 0.93 || coverage > 0.97 || Math.abs(bias) > 0.005);
  console.log(`\n${far.length} of ${rows.length} lines outside 93 – 97 % or beyond 0.5 % of bias`);
  for (const { regime, figure } of far) console.log(`- ${regime}: ${figure}`);
  const streaming = rows.find(({ regime, figure }) => regime === 'well-behaved' && figure === 'streaming');
  expect(streaming?.width90).toBeLessThan(0.03);
});

/** Of each kind; a sweep of full takes ten times as long to simulate. */
const SWEEPS = { quick: 600, full: 200 };

test('sweeps', { timeout: TIMEOUT_MS }, async () => {
  const rows = [...(await calibrateSweep(SWEEPS.quick, ['quick'])), ...(await calibrateSweep(SWEEPS.full, ['full']))];
  console.log(sweepTableText(rows));
  for (const { devices, knee } of rows) {
    if (devices.startsWith('no cache')) expect(knee, devices).toBeGreaterThan(0.98);
    else if (!devices.endsWith('slow set')) expect(knee, devices).toBeGreaterThan(0.95);
  }
});
