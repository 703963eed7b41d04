/** `npm run calibrate`: whole runs on machines with every trouble alone and in pairs, and on fast GPUs. */

import { expect, test } from 'vitest';
import { calibrateFastGpus, fastTableText } from './fast-gpus.ts';
import { calibrateMachines, lineOf, machineTableText, pooled } from './machines.ts';

/** The number of machines of each trouble alone, and of each pair. */
const [ALONE, PAIRED] = [60, 19];

/** A run of `quick` takes about a second to simulate. */
const TIMEOUT_MS = 7_200_000;

test('machines', { timeout: TIMEOUT_MS }, async () => {
  const rows = await calibrateMachines(ALONE, PAIRED, 1, (row) => console.log(lineOf(row)));
  const all = pooled('all', rows);
  console.log(machineTableText([...rows, all]));
  expect(all.wrong).toBeLessThanOrEqual(0.01);
});

test('fast GPUs', { timeout: TIMEOUT_MS }, async () => {
  const rows = await calibrateFastGpus();
  console.log(fastTableText(rows));
  expect(rows.map(({ after }) => after.trusted)).toEqual(rows.map(() => 'timestamp-query'));
});
