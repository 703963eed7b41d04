/** The attack itself: each kind of fault is counted, once it is there. */

import { expect, test } from 'vitest';
import { attackAll, attackWith, MAX_CPU_MS, MAX_TAKEN_BYTES, type Reader } from './attack.ts';
import type { FaultKind, Reading } from './faults.ts';

const said = (...shown: string[]): Reading => ({ accepted: true, shown, messages: [] });
const refused = (...messages: string[]): Reading => ({ accepted: false, shown: [], messages });

/** A kind of inputs that are all `input`, for one reader. */
const kindOf = (read: Reader<string>) => ({
  id: 'planted',
  make: () => 'input',
  source: (input: string) => input,
  readers: { planted: read },
});

function busy(): Reading {
  const began = process.cpuUsage();
  for (let ms = 0; ms <= MAX_CPU_MS; ) {
    const { user, system } = process.cpuUsage(began);
    ms = (user + system) / 1000;
  }
  return said();
}

function large(): Reading {
  const taken = new Uint8Array(1.2 * MAX_TAKEN_BYTES).fill(1);
  return said(String(taken.length));
}

test.each<[FaultKind, Reader<string>]>([
  [
    'crash',
    () => {
      throw new TypeError('x is not a function');
    },
  ],
  ['crash', () => Promise.reject(new Error('later'))],
  ['hang', busy],
  ['memory', large],
  ['not finite', () => said('streams at Infinity GB/s')],
  ['not finite', () => said('12 – NaN ms')],
  ['not finite', () => refused('must be a number; got undefined')],
  ['not finite', () => said('of [object Object]')],
  ['raw text', () => said('GPU\u001b]0;owned\u0007')],
  ['raw text', () => said('a line\ngpu\u202egnp.exe')],
  ['long message', () => refused('x'.repeat(301))],
  ['no answer', () => refused()],
])('%s is counted', async (fault, read) => {
  const { faults } = await attackWith(kindOf(read), 1);
  expect(faults.map(({ kind }) => kind)).toContain(fault);
});

test('an answer without a fault is none', async () => {
  const { faults, accepted } = await attackWith(
    kindOf((input) => said(`12.3 GB/s of ${input}\nÜnïcødé – 95 %`)),
    1,
  );
  expect([faults, accepted]).toEqual([[], true]);
});

test('a word of the input is not of our making', async () => {
  const { faults } = await attackWith({ ...kindOf((input) => said(input)), make: () => 'NaN' }, 1);
  expect(faults).toEqual([]);
});

test('faults are told with the number of their input', async () => {
  const told: string[] = [];
  const kind = kindOf(() => refused());
  const tally = await attackAll(
    { ...kind, make: (dice) => String(dice.below(10)) },
    { count: 3, from: 7, maxCpuMs: MAX_CPU_MS, tell: (line) => told.push(line) },
  );
  expect(tally).toMatchObject({ inputs: 3, accepted: 0, faults: 3 });
  expect(told[0]).toBe('planted:7, planted: no answer: it was refused without a word');
});
