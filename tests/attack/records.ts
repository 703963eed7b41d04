/**
 * Records of strangers. A record that is true to the schema comes from a committed one, made small so that thousands can
 * be read, and changed by `record-changes.ts`; its plan follows from its measurements, and its id is right. Garbage is a
 * record whose text is changed as text.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { LABEL_EXAMPLES } from '../../results/labels/examples.ts';
import { readRecord } from '../../results/record/check.ts';
import { seal } from '../../results/record/digest.ts';
import type { DecodeMeasurement, Measurement, RecordBody, RunRecord } from '../../results/record/schema.ts';
import { gpuRecord } from '../../src/app/gallery/gpu-record.ts';
import { LARGEST_RECORDS } from '../support/largest-records.ts';
import type { Dice } from './dice.ts';
import { garbled } from './odd.ts';
import { changed } from './record-changes.ts';

const FOLDER = new URL('../../results/data/', import.meta.url);

let found: readonly RunRecord[] | undefined;

/** The committed records, and one of a GPU. */
const originals = (): readonly RunRecord[] => {
  found ??= [
    ...readdirSync(FOLDER)
      .filter((name) => name.endsWith('.json'))
      .map((name) => readRecord(JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')))),
    gpuRecord(),
  ];
  return found;
};

/** The bounds of a small record: enough for every reader to have something to fit. */
const SMALL = { cases: 8, steps: 7, rounds: 2 };

/** Some neighbours of a list, or all of it where it is shorter. */
function some<T>(items: readonly T[], count: number, dice: Dice): T[] {
  const from = dice.below(Math.max(1, items.length - count + 1));
  return items.slice(from, from + count);
}

function small<M extends Measurement | DecodeMeasurement>(m: M, rounds: number): M {
  if (m.status !== 'measured') return m;
  const kept = new Set([...new Set(m.samples.map(({ round }) => round))].slice(0, rounds));
  return {
    ...m,
    samples: m.samples.filter(({ round }) => kept.has(round)),
    ...('checks' in m && { checks: m.checks.slice(0, rounds) }),
  };
}

/** A body to be changed at will. One in fifty has all of its record; only what is kept is copied, which takes time. */
function bodyOf(record: RunRecord, dice: Dice): RecordBody {
  const { id: _, ...body } = record;
  if (dice.chance(0.02)) return structuredClone(body);
  const rounds = dice.between(1, SMALL.rounds);
  const { decode } = body;
  const measurements = some(body.measurements, dice.between(1, SMALL.cases), dice).map((m) => small(m, rounds));
  // `textOf` makes the plan's cases anew.
  const kept = { ...body, plan: { ...body.plan, cases: [] }, measurements };
  if (decode) kept.decode = some(decode, dice.between(0, SMALL.steps), dice).map((m) => small(m, rounds));
  return structuredClone(kept);
}

/**
 * The text of a record whose id is right, if it can have one: half of a surrogate pair has none. Its plan has the cases
 * of its measurements, as that of a run.
 */
export function textOf(body: RecordBody): string {
  body.plan.cases = body.measurements.map((m) => m.case);
  const text = JSON.stringify(body);
  return JSON.stringify(/\\ud[89a-f]/.test(text) ? { ...body, id: NO_ID } : seal(body));
}

const NO_ID = '0'.repeat(64);

/** A record that is true to the schema but for what an odd number or text breaks. */
export function trueRecord(dice: Dice): string {
  const body = bodyOf(dice.pick(originals()), dice);
  if (dice.chance(0.2)) earnLabel(body, dice);
  const changes = dice.pick([0, 1, 1, 2, 3, 5]);
  for (let i = 0; i < changes; i++) changed(body, dice);
  return textOf(body);
}

/** Does what earns a record one of the labels. */
function earnLabel(body: RecordBody, dice: Dice): void {
  const record = { ...body, id: '' };
  LABEL_EXAMPLES[dice.pick(Object.keys(LABEL_EXAMPLES))]?.(record);
  const { id: _, ...rest } = record;
  Object.assign(body, rest);
  if (record.decode === undefined) delete body.decode;
}

/** A record that reaches one of the bounds, with a few changes. */
export function largeRecord(dice: Dice): string {
  const { id: _, ...body } = LARGEST_RECORDS[dice.pick(Object.keys(LARGEST_RECORDS))]?.() ?? gpuRecord();
  for (let i = dice.below(3); i > 0; i--) changed(body, dice);
  return textOf(body);
}

/** The text of a record, changed as text. */
export function garbageRecord(dice: Dice): string {
  let text = textOf(bodyOf(dice.pick(originals()), dice));
  for (let i = dice.between(1, 3); i > 0; i--) text = garbled(text, dice);
  return text;
}
