import { expect, test } from 'vitest';
import type { Case, Measured, Measurement } from '../../../../results/record/schema.ts';
import { statusOf } from './status.ts';

const theCase: Case = { kernel: 'k', variant: 'portable', params: {}, tuning: {} };
const measured = (stopped: Measured['stopped']) => ({ status: 'measured', stopped }) as Measured;
const reason = 'because';
const failed: Measurement = { status: 'failed', case: theCase, reason };
const skipped: Measurement = { status: 'skipped', case: theCase, reason };

test.each([
  [undefined, true, 'waiting'],
  [undefined, false, 'not reached'],
  [measured('cancelled'), true, 'sampling'],
  [measured('interval'), true, 'settled'],
  [measured('time'), false, 'time spent'],
  [measured('cancelled'), false, 'cut short'],
  [failed, false, 'failed'],
  [skipped, true, 'skipped'],
])('%j, running: %s → %s', (measurement, running, word) => {
  expect(statusOf(measurement, running).word).toBe(word);
});

test('a case without a time has a reason', () => {
  expect([failed, skipped].map((m) => statusOf(m, false).reason)).toEqual([reason, reason]);
});
