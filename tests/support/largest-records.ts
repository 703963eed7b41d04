/** The largest records that pass their check: for each bound of `results/record/bounds.ts`, one that reaches it. */

import { readFileSync } from 'node:fs';
import {
  MAX_CASE_SAMPLES,
  MAX_CASES,
  MAX_DECODE_STEPS,
  MAX_EVENTS,
  MAX_READINGS,
  MAX_SAMPLES,
  MAX_SLABS,
  MAX_TEXT,
  MAX_TRIED,
  MAX_WORKING_SETS,
} from '../../results/record/bounds.ts';
import { readRecord } from '../../results/record/check.ts';
import { seal } from '../../results/record/digest.ts';
import type {
  Case,
  DecodeCase,
  DecodeMeasured,
  Measured,
  Measurement,
  RecordBody,
  RunRecord,
} from '../../results/record/schema.ts';
import { CLAIM_STEPS } from '../../src/model/claims/index.ts';
import { NAMED_MODELS } from '../../src/model/models/index.ts';

const FILE = new URL('../../results/data/2026-11-27-lavapipe-smollm2.json', import.meta.url);

const committed = (): RunRecord => readRecord(JSON.parse(readFileSync(FILE, 'utf8')));

/** Samples of rounds of `perRound` regions, whose dispatches take `ms` each, in no order that sorting would like. */
const samplesOf = (count: number, perRound: number, ms: number) =>
  Array.from({ length: count }, (_, i) => {
    const dispatches = 1 + ((i * 7919) % 64);
    const gpuMs = Math.round(1e6 * dispatches * ms * (1 + 0.01 * Math.sin(i))) / 1e6;
    return { round: Math.floor(i / perRound), atMs: i, dispatches, wallMs: gpuMs + 0.3 + 0.001 * (i % 7), gpuMs };
  });

const timed = (m: Measured, samples: Measured['samples']): Measured => ({ ...m, samples, discarded: [] });

/** A record with other measurements, whose plan follows from them. */
function withCases(record: RunRecord, measurements: Measurement[], rest: Partial<RecordBody> = {}): RunRecord {
  const { id: _, ...body } = record;
  return seal({ ...body, plan: { ...body.plan, cases: measurements.map((m) => m.case) }, measurements, ...rest });
}

const casesOf = (record: RunRecord): Measured[] =>
  record.measurements.flatMap((m) => (m.status === 'measured' ? [m] : []));

function caseOf(record: RunRecord, kernel: string): Measured {
  const found = casesOf(record).find((m) => m.case.kernel === kernel);
  if (!found) throw new Error(`the committed record has no case of ${kernel}`);
  return found;
}

/** As many samples as there can be, in as few cases, `perRound` in each round. */
function samplesIn(perRound: number): RunRecord {
  const record = committed();
  const cases = casesOf(record).slice(0, MAX_SAMPLES / MAX_CASE_SAMPLES);
  const measurements = cases.map((m, i) => timed(m, samplesOf(MAX_CASE_SAMPLES, perRound, 0.1 + i)));
  return withCases(record, measurements, { decode: [] });
}

/** As many cases of one kernel as there can be, each of another size, with all samples. */
function casesIn(kernel: string, variants = 1): RunRecord {
  const record = committed();
  const one = caseOf(record, kernel);
  const { format: _, ...params } = one.case.params;
  const measurements = Array.from({ length: MAX_CASES }, (_, i) => {
    const bytes = 2 ** 26 + 16 * i;
    const of: Case = {
      ...one.case,
      variant: `variant ${i % variants}`,
      params: { ...params, ...(kernel === 'gemv' && { format: 'f16' }), bytes },
    };
    const work = { ...one.work, bytesRead: bytes };
    return timed({ ...one, case: of, work }, samplesOf(MAX_SAMPLES / MAX_CASES, 4, bytes / 1e9));
  });
  return withCases(record, measurements, { decode: [] });
}

/** As many working sets as there can be. */
function setsIn(): RunRecord {
  const record = committed();
  const one = caseOf(record, 'working-set-read');
  const sets = Array.from({ length: MAX_WORKING_SETS }, (_, i) => {
    const workingSetBytes = 2 ** 22 + 2 ** 20 * i;
    const of = { ...one.case, params: { ...one.case.params, workingSetBytes } };
    return timed({ ...one, case: of, workingSetBytes, rotationBytes: workingSetBytes }, samplesOf(1000, 4, 1 + i));
  });
  return withCases(record, [...record.measurements.filter((m) => m.case.kernel !== 'working-set-read'), ...sets]);
}

/** As many decode steps as there can be, all of models that are known, with all samples. */
function stepsIn(ofClaims: boolean): RunRecord {
  const record = committed();
  const one = record.decode?.find((m): m is DecodeMeasured => m.status === 'measured');
  if (!one) throw new Error('the committed record has no decode step');
  const kernels = record.measurements.reduce((n, m) => n + (m.status === 'measured' ? m.samples.length : 0), 0);
  const each = Math.floor((MAX_SAMPLES - kernels) / MAX_DECODE_STEPS);
  const decode = Array.from({ length: MAX_DECODE_STEPS }, (_, i): DecodeMeasured => {
    const model = NAMED_MODELS[i % NAMED_MODELS.length]?.id ?? '';
    const batch = 1 + ((i * 31) % 512);
    const made: DecodeCase = { model, weights: 'f16', kv: 'f16', batch, context: 128 + i };
    const of = ofClaims ? (CLAIM_STEPS[i % CLAIM_STEPS.length] ?? made) : made;
    const { memoryBytes: __, ...step } = of;
    return { ...one, case: step, samples: samplesOf(each, 4, 1 + batch / 8 + (i % 13)), discarded: [] };
  });
  return withCases(record, record.measurements, { decode });
}

/** Everything beside the samples as long as it can be. */
function talkIn(): RunRecord {
  const record = committed();
  const text = '¶'.repeat(MAX_TEXT);
  const slab = {
    bytes: 2 ** 26,
    readings: samplesOf(MAX_READINGS, 2, 8).map(({ round: _, atMs: __, ...reading }) => reading),
  };
  const rounds = Array.from({ length: MAX_TRIED }, (_, round) => ({ round, ms: 1 + round }));
  const race = {
    ...{ kernel: 'gemv', variant: 'portable', params: { format: 'f16' } },
    tried: Array.from({ length: MAX_TRIED }, (_, i) => ({ tuning: { lanes: i }, rounds })),
  };
  const events = Array.from({ length: MAX_EVENTS }, (_, i) => ({
    atMs: i,
    kind: 'out-of-memory' as const,
    detail: text,
  }));
  const { id: _, ...body } = record;
  return seal({
    ...body,
    events,
    clock: { ...body.clock, reason: text, readings: slab.readings },
    plan: {
      ...body.plan,
      layouts: Array.from({ length: MAX_TRIED / 2 }, () => race),
      memory: {
        ...{ budgetBytes: 2 ** 40, reason: text },
        steps: Array.from({ length: MAX_SLABS }, () => ({ bytes: 2 ** 30, given: true })),
        slabs: Array.from({ length: MAX_SLABS }, () => slab),
      },
    },
  });
}

/** Makers of the records, by what each has the most of. */
export const LARGEST_RECORDS: Readonly<Record<string, () => RunRecord>> = {
  'samples in rounds of four': () => samplesIn(4),
  'samples in one round': () => samplesIn(MAX_CASE_SAMPLES),
  'rounds of one sample and one of two': () => {
    const record = samplesIn(1);
    const { id: _, ...body } = record;
    for (const m of casesOf(record)) for (const sample of m.samples.slice(0, 2)) sample.round = 0;
    return seal(body);
  },
  'reads of different sizes': () => casesIn('stream-read'),
  'products of one format': () => casesIn('gemv'),
  'products of many variants': () => casesIn('gemv', MAX_CASES / 4),
  'working sets': setsIn,
  'decode steps': () => stepsIn(false),
  'decode steps of claims': () => stepsIn(true),
  'events, slabs and races': talkIn,
};
