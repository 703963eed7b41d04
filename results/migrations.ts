/**
 * Records keep the kernel ids of the day they were written; whoever reads one gets the ids of today. The id of a record
 * is the hash of the content as it was written, so it is verified first (`check.ts`) and never changes.
 *
 * A renamed kernel leaves the schema at version 1: `kernel` is free text there, and nothing about a record's shape
 * changes. A migration to another version begins where a field does.
 */

import { type RecordBody, recordBodySchema } from './schema.ts';

/** Kernels that were renamed, by the id they had. An id that has been given up is never given to another kernel. */
export const RENAMED_KERNELS: Readonly<Record<string, string>> = {
  advance: 'advance-sequences',
  'head-gemv': 'per-head-gemv',
  'head-norm': 'qk-norm',
  route: 'route-experts',
};

/** The id that a kernel has today. */
export const currentKernelId = (id: string): string =>
  Object.hasOwn(RENAMED_KERNELS, id) ? (RENAMED_KERNELS[id] ?? id) : id;

/**
 * The same record with the kernel ids of today, everywhere it names a kernel as data: its plan and its measurements.
 */
export function withCurrentKernels<R extends Pick<RecordBody, 'plan' | 'measurements'>>(record: R): R {
  const renamed = <C extends { kernel: string }>(one: C): C => ({ ...one, kernel: currentKernelId(one.kernel) });
  return {
    ...record,
    plan: { ...record.plan, cases: record.plan.cases.map(renamed) },
    measurements: record.measurements.map((m) => ({ ...m, case: renamed(m.case) })),
  };
}

/**
 * Parses the body of a run that was kept without an id, to be shown or resumed. A record, which has one, is read by
 * `checkRecord` or `readRecord`.
 */
export const keptBodySchema = recordBodySchema.transform(withCurrentKernels);
