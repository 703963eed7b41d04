/**
 * The one validator of records, behind `hbmark check` and the page. First the value must be whole (`whole.ts`), then it
 * must fit the schema, which a quick look mostly finds at once (`as-is.ts`), then keep to rules that a schema cannot express. Every problem names its place and the rule that
 * is broken. The text of a record is read by `record-text.ts`.
 */

import { sum } from 'simple-statistics';
import { isTimedStep } from '../derived/decode.ts';
import { impossibility, isMeasured, isOfCurve } from '../derived/derive.ts';
import { groupBy, maxOf } from '../lists.ts';
import type { Seen } from './as-is.ts';
import { MAX_SAMPLES, MAX_STEP_KERNELS, MAX_VALUES, MAX_WORKING_SETS } from './bounds.ts';
import { type Breach, pathText } from './breach.ts';
import { bytesMoved, samplesOf, timedCases } from './cases.ts';
import { recordId } from './digest.ts';
import { type AnyRecord, isRecordAsIs, migrated, readAny } from './migrations/index.ts';
import type { DecodeMeasured, Measured, RunRecord } from './schema.ts';
import { unwhole } from './whole.ts';

/** The vendor that simulated devices report, which exist only in tests. */
export const SIMULATED_VENDOR = 'simulated';

export type Checked =
  | { readonly ok: true; readonly record: RunRecord }
  | { readonly ok: false; readonly problems: readonly Breach[] };

/** The id of a record. `isInOrder`: the keys of all its objects are known to be in the order of canonical JSON. */
type IdOf = (record: AnyRecord, isInOrder: boolean) => string;

/**
 * Checks a value out of `JSON.parse`. The record that it returns is for reading: it shares its parts with the value, and
 * has its own id, verified, but the schema and the kernel ids of today (`migrations/`), which its id does not cover. To
 * pass a record on, pass on the JSON itself.
 * @param idOf what `recordId` returns, for whoever has a faster way to it
 */
export function checkRecord(value: unknown, idOf: IdOf = recordId): Checked {
  const seen: Seen = { values: 1, isInOrder: true };
  const isQuick = isRecordAsIs?.(value, seen) === true && seen.values <= MAX_VALUES;
  const broken = isQuick ? [] : unwhole(value);
  if (broken.length > 0) return refused(broken);
  const parsed = isQuick ? { success: true as const, data: value as AnyRecord } : readAny(value);
  if (!parsed.success) {
    return refused(parsed.error.issues.map(({ path, message }) => ({ path: pathText(path), rule: message })));
  }
  const record = migrated(parsed.data);
  const problems = [
    ...identity(parsed.data, idOf(parsed.data, isQuick && seen.isInOrder)),
    ...reality(record),
    ...clock(record),
    ...plan(record),
    ...amount(record),
    ...measurements(record),
  ];
  return problems.length === 0 ? { ok: true, record } : refused(problems);
}

/** The maximum of problems that are named. */
const MAX_PROBLEMS = 50;

/** The maximum length of a rule, in characters. A schema's may quote much of what it met. */
const MAX_RULE = 500;

function refused(problems: readonly Breach[]): Checked {
  const named = problems.slice(0, MAX_PROBLEMS).map(({ path, rule }) => ({ path, rule: rule.slice(0, MAX_RULE) }));
  const left = problems.length - named.length;
  return { ok: false, problems: left > 0 ? [...named, { path: '', rule: `and ${left} more problems` }] : named };
}

/**
 * Reads a record that should pass its check. It is a copy, which may be changed.
 * @throws RangeError naming the first rule that it breaks, and where
 */
export function readRecord(value: unknown): RunRecord {
  const checked = checkRecord(value);
  if (checked.ok) return JSON.parse(JSON.stringify(checked.record));
  const [{ path, rule } = { path: '', rule: '' }] = checked.problems;
  throw new RangeError(`${path || 'record'}: ${rule}`);
}

function identity(record: AnyRecord, id: string): Breach[] {
  const rule = `must be the SHA-256 of the rest, ${id}; got ${record.id}. The record was changed after it was written`;
  return record.id === id ? [] : [{ path: 'id', rule }];
}

function reality({ adapter }: RunRecord): Breach[] {
  const rule = `must be the vendor of a device; got ${SIMULATED_VENDOR}. This run was a test of the harness and measured nothing`;
  return adapter.vendor === SIMULATED_VENDOR ? [{ path: 'adapter.vendor', rule }] : [];
}

function clock({ clock, adapter }: RunRecord): Breach[] {
  const queries = adapter.features.includes('timestamp-query');
  return clock.trusted === 'timestamp-query' && !queries
    ? [
        {
          path: 'clock.trusted',
          rule: 'must not be timestamp-query without the adapter feature of that name; adapter.features does not list it',
        },
      ]
    : [];
}

function plan({ plan, measurements }: RunRecord): Breach[] {
  if (plan.cases.length !== measurements.length) {
    const rule = `must hold one measurement for each of the ${plan.cases.length} planned cases; got ${measurements.length}`;
    return [{ path: 'measurements', rule }];
  }
  return measurements.flatMap((m, i) =>
    isSame(m.case, plan.cases[i]) ? [] : [{ path: `measurements[${i}].case`, rule: `must be plan.cases[${i}]` }],
  );
}

/** Whether two values out of JSON are the same, whatever the order of keys. A key without a value is not in the JSON. */
function isSame(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || a === null || typeof b !== 'object' || b === null) return a === b;
  const [of, to] = [a, b] as Readonly<Record<string, unknown>>[];
  if (!of || !to) return false;
  return [...new Set([...Object.keys(of), ...Object.keys(to)])].every((key) => isSame(of[key], to[key]));
}

/** What all cases together may have: every reader looks at all of it. */
function amount(record: RunRecord): Breach[] {
  const samples = sum(timedCases(record).map((m) => samplesOf(m).length));
  const sets = record.measurements.filter(isOfCurve).length;
  return [
    ...(samples > MAX_SAMPLES
      ? [{ path: '', rule: `must hold at most ${MAX_SAMPLES} samples, discarded ones included; got ${samples}` }]
      : []),
    ...(sets > MAX_WORKING_SETS
      ? [{ path: 'measurements', rule: `must hold at most ${MAX_WORKING_SETS} with workingSetBytes; got ${sets}` }]
      : []),
  ];
}

function measurements(record: RunRecord): Breach[] {
  const { measurements, decode = [] } = record;
  const under = (place: string, problems: readonly Breach[]) =>
    problems.map(({ path, rule }) => ({ path: `${place}.${path}`, rule }));
  return [
    ...measurements.flatMap((m, i) =>
      isMeasured(m) ? under(`measurements[${i}]`, [...measured(m, record), ...within(m)]) : [],
    ),
    ...decode.flatMap((m, i) =>
      isTimedStep(m) ? under(`decode[${i}]`, [...measured(m, record), ...capped(m), ...explained(m)]) : [],
    ),
  ];
}

/** A case over a part of the pool cannot rotate through more than that. */
function within({ case: { withinBytes }, rotationBytes }: Measured): Breach[] {
  return withinBytes === undefined || rotationBytes <= withinBytes
    ? []
    : [{ path: 'rotationBytes', rule: `must be at most the case's withinBytes, ${withinBytes}; got ${rotationBytes}` }];
}

/** A step in capped memory must fit into it with all layers distinct. */
function capped({ case: { memoryBytes }, layers, residentBytes }: DecodeMeasured): Breach[] {
  if (memoryBytes === undefined) return [];
  const problems: Breach[] = [];
  if (residentBytes > memoryBytes) {
    problems.push({
      path: 'residentBytes',
      rule: `must be at most the case's memoryBytes, ${memoryBytes}; got ${residentBytes}`,
    });
  }
  if (layers.distinct < layers.total) {
    const rule = `must be all ${layers.total} layers where the case has memoryBytes; got ${layers.distinct}`;
    problems.push({ path: 'layers.distinct', rule });
  }
  return problems;
}

/** The kernels that explain a step are its own. Only a step of very many kernels has others beside them. */
function explained({ explained: of, dispatches, work }: DecodeMeasured): Breach[] {
  if (of?.status !== 'measured') return [];
  const { kernels } = of;
  const most = [
    ['dispatches', sum(kernels.map((kernel) => kernel.dispatches)), dispatches],
    ['bytes', sum(kernels.map((kernel) => bytesMoved(kernel.work))), bytesMoved(work)],
    ['operations', sum(kernels.map((kernel) => kernel.work.flops)), work.flops],
  ] as const;
  return most.flatMap(([what, all, whole]) =>
    all <= whole && (all === whole || kernels.length === MAX_STEP_KERNELS)
      ? []
      : [{ path: 'explained.kernels', rule: `must have the ${what} of the step together, ${whole}; got ${all}` }],
  );
}

function measured({ verification, samples, work }: Measured | DecodeMeasured, { clock }: RunRecord): Breach[] {
  const problems: Breach[] = [];
  const { nmse, tolerance } = verification;
  if (nmse === null || nmse > tolerance) {
    problems.push({ path: 'verification.nmse', rule: `must be at most ${tolerance} for a time to count; got ${nmse}` });
  }
  if (bytesMoved(work) === 0) {
    problems.push({ path: 'work', rule: 'must move at least one byte' });
  }
  samples.forEach((sample, i) => {
    const rule = impossibility(sample, clock.trusted, clock.wallQuantumMs);
    if (rule !== undefined) problems.push({ path: `samples[${i}]`, rule });
    const before = samples[i - 1];
    if (before && sample.atMs < before.atMs) {
      problems.push({
        path: `samples[${i}].atMs`,
        rule: `must not be before the previous sample, ${before.atMs}; got ${sample.atMs}`,
      });
    }
  });
  const lengths = [...groupBy(samples, (s) => s.round).values()].map(
    (round) => new Set(round.map((s) => s.dispatches)).size,
  );
  if (maxOf(lengths) < 2) {
    problems.push({
      path: 'samples',
      rule: 'must have two region lengths in at least one round, since a slope needs two',
    });
  }
  return problems;
}
