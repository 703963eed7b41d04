/** Runs for the tests of the store: real records in their canonical form, with rows that say what a test needs. */

import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import record from '../../results/data/2026-11-24-lavapipe-quick.json';
import type { NewRun } from '../../src/collector/store/store.ts';
import type { Row, RowStep } from '../../src/crowd/row.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

let recordText: string | undefined;

/** A real record of about 60 kB in its canonical form, whose id is another. */
export function recordWithId(id: string): string {
  recordText ??= canonicalize(record) ?? '';
  return recordText.replace(/"id":"[0-9a-f]{64}"/, `"id":"${id}"`);
}

export const STEP: RowStep = {
  model: 'smollm2-135m',
  weights: 'f16',
  kv: 'f16',
  context: 1024,
  batch: 1,
  bytes: 3e8,
  tokensPerSecond: 2000,
  interval: [1990, 2010],
};

/** The time of the first run, in ms since 1970. Each is a second after the one before. */
export const FIRST_MS = Date.UTC(2026, 10, 29);

/** The id of a run by its number. */
export const idOf = (n: number): string => sha256(`run ${n}`);

export const tokenHashOf = (n: number): string => sha256(`token ${n}`);

/** A run by its number. */
export function madeRun(n: number, row: Partial<Row> = {}, more: Partial<NewRun> = {}): NewRun {
  const id = idOf(n);
  return {
    row: {
      id,
      claimed: '2026-11-29T00:00:00.000Z',
      part: { name: 'RTX 4090', memoryGB: 24, count: 1 },
      software: false,
      vendor: 'nvidia',
      architecture: 'ada',
      program: 'chrome',
      system: 'linux',
      profile: 'quick',
      gbps: 900,
      gbpsInterval: [899, 901],
      steps: [STEP],
      fingerprint: [],
      ...row,
    },
    canonical: JSON.stringify({ id, text: 'µ \u2028 "' }),
    tokenHash: tokenHashOf(n),
    consent: '2026-11-29',
    receivedMs: FIRST_MS + n * 1000,
    submitter: sha256(`submitter ${n}`),
    typedName: '',
    ...more,
  };
}

/** Runs by their numbers, from a first one. */
export const madeRuns = (count: number, first = 0): NewRun[] =>
  Array.from({ length: count }, (_, index) => madeRun(first + index));
