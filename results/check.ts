/**
 * Is this a record? The one validator behind `hbmark check`, the page's import and the collector: first the schema,
 * then the rules that a schema cannot say. Every problem names where it is and the rule it breaks.
 */

import { isTimedStep } from './decode.ts';
import { impossibility, isMeasured } from './derive.ts';
import { recordId } from './digest.ts';
import { withCurrentKernels } from './migrations.ts';
import { type DecodeMeasured, type Measured, type RunRecord, recordSchema } from './schema.ts';
import { groupBy } from './statistics.ts';

/** What a device calls itself that exists only in tests. */
export const SIMULATED_VENDOR = 'simulated';

export interface Problem {
  /** Where: `measurements[3].samples[0].wallMs`; empty for the record as a whole. */
  readonly path: string;
  /** What must hold there, and what was met. */
  readonly rule: string;
}

export type Checked =
  | { readonly ok: true; readonly record: RunRecord }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Checks what JSON.parse gave. The record is for reading: it has its own id, verified, and the kernel ids of today
 * (`migrations.ts`). To pass a record on, pass on the JSON as it was given.
 */
export function checkRecord(value: unknown): Checked {
  const parsed = recordSchema.safeParse(value);
  if (!parsed.success) {
    return {
      ok: false,
      problems: parsed.error.issues.map(({ path, message }) => ({ path: pathText(path), rule: message })),
    };
  }
  const record = parsed.data;
  const problems = [
    ...identity(record),
    ...reality(record),
    ...clock(record),
    ...plan(record),
    ...measurements(record),
  ];
  return problems.length === 0 ? { ok: true, record: withCurrentKernels(record) } : { ok: false, problems };
}

/** Reads a record that should pass its check. @throws RangeError naming the first rule that it breaks, and where. */
export function readRecord(value: unknown): RunRecord {
  const checked = checkRecord(value);
  if (checked.ok) return checked.record;
  const [{ path, rule } = { path: '', rule: '' }] = checked.problems;
  throw new RangeError(`${path || 'record'}: ${rule}`);
}

function identity(record: RunRecord): Problem[] {
  const id = recordId(record);
  const rule = `must be the SHA-256 of the rest, ${id}; got ${record.id}: the record was changed after it was made`;
  return record.id === id ? [] : [{ path: 'id', rule }];
}

function reality({ adapter }: RunRecord): Problem[] {
  const rule = `must be that of a device; got ${SIMULATED_VENDOR}: this run calibrated the harness and measured nothing`;
  return adapter.vendor === SIMULATED_VENDOR ? [{ path: 'adapter.vendor', rule }] : [];
}

function clock({ clock, adapter }: RunRecord): Problem[] {
  const queries = adapter.features.includes('timestamp-query');
  return clock.trusted === 'timestamp-query' && !queries
    ? [{ path: 'clock.trusted', rule: 'timestamp-query needs the adapter feature of that name, and it is not listed' }]
    : [];
}

function plan({ plan, measurements }: RunRecord): Problem[] {
  if (plan.cases.length !== measurements.length) {
    const rule = `must hold one measurement for each of the ${plan.cases.length} planned cases; got ${measurements.length}`;
    return [{ path: 'measurements', rule }];
  }
  return measurements.flatMap((m, i) =>
    JSON.stringify(sorted(m.case)) === JSON.stringify(sorted(plan.cases[i]))
      ? []
      : [{ path: `measurements[${i}].case`, rule: `must be plan.cases[${i}]` }],
  );
}

/** The same value with its keys in order, at every level. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, v]) => [key, sorted(v)]),
  );
}

function measurements(record: RunRecord): Problem[] {
  const { measurements, decode = [] } = record;
  const under = (place: string, problems: readonly Problem[]) =>
    problems.map(({ path, rule }) => ({ path: `${place}.${path}`, rule }));
  return [
    ...measurements.flatMap((m, i) => (isMeasured(m) ? under(`measurements[${i}]`, measured(m, record)) : [])),
    ...decode.flatMap((m, i) => (isTimedStep(m) ? under(`decode[${i}]`, [...measured(m, record), ...capped(m)]) : [])),
  ];
}

/** In a memory that is capped, all layers must have their own place. */
function capped({ case: { memoryBytes }, layers, residentBytes }: DecodeMeasured): Problem[] {
  if (memoryBytes === undefined) return [];
  const problems: Problem[] = [];
  if (residentBytes > memoryBytes) {
    problems.push({
      path: 'residentBytes',
      rule: `must be at most the case's memoryBytes, ${memoryBytes}; got ${residentBytes}`,
    });
  }
  if (layers.distinct < layers.total) {
    const rule = `must be all ${layers.total} where the case has memoryBytes; got ${layers.distinct}`;
    problems.push({ path: 'layers.distinct', rule });
  }
  return problems;
}

function measured({ verification, samples, work }: Measured | DecodeMeasured, { clock }: RunRecord): Problem[] {
  const problems: Problem[] = [];
  const { nmse, tolerance } = verification;
  if (nmse === null || nmse > tolerance) {
    problems.push({ path: 'verification.nmse', rule: `must be at most ${tolerance} for a time to count; got ${nmse}` });
  }
  if (work.bytesRead + work.bytesWritten === 0) {
    problems.push({ path: 'work', rule: 'must move at least one byte' });
  }
  samples.forEach((sample, i) => {
    const rule = impossibility(sample, clock.trusted);
    if (rule !== undefined) problems.push({ path: `samples[${i}]`, rule });
    const before = samples[i - 1];
    if (before && sample.atMs < before.atMs) {
      problems.push({
        path: `samples[${i}].atMs`,
        rule: `must not lie before the sample taken earlier, ${before.atMs}; got ${sample.atMs}`,
      });
    }
  });
  const lengths = [...groupBy(samples, (s) => s.round).values()].map(
    (round) => new Set(round.map((s) => s.dispatches)).size,
  );
  if (Math.max(...lengths) < 2) {
    problems.push({ path: 'samples', rule: 'at least one round must have two region lengths: a slope needs them' });
  }
  return problems;
}

function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : `${text}${text ? '.' : ''}${String(key)}`),
    '',
  );
}
