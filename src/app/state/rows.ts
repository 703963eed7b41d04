/** The rows of the page's tables: each planned case or decode step, with its measurement once there is one. Pure. */

import type { Case, DecodeCase, DecodeMeasurement, Measurement, Plan } from '../../../results/record/schema.ts';

export interface Row {
  /** The place of the case in the plan. */
  readonly index: number;
  readonly case: Case;
  readonly measurement: Measurement | undefined;
}

export interface StepRow {
  /** The place of the step among those asked for, claims' steps included. */
  readonly index: number;
  readonly case: DecodeCase;
  readonly measurement: DecodeMeasurement | undefined;
}

/** A row for each planned case in order, and for each case that was measured without being in the plan. */
export function rowsOf(plan: Plan | undefined, measurements: readonly (Measurement | undefined)[]): Row[] {
  const cases = plan?.cases ?? [];
  return Array.from({ length: Math.max(cases.length, measurements.length) }, (_, index) => {
    const measurement = measurements[index];
    return { index, case: measurement?.case ?? cases[index], measurement };
  }).flatMap((row) => (row.case ? [{ ...row, case: row.case }] : []));
}

/** Rows of decode steps before they are measured. */
export const plannedSteps = (cases: readonly DecodeCase[]): StepRow[] =>
  shown(cases.map((c, index) => ({ index, case: c, measurement: undefined })));

export const measuredSteps = (measurements: readonly DecodeMeasurement[]): StepRow[] =>
  shown(measurements.map(stepRow));

export const stepRow = (measurement: DecodeMeasurement, index: number): StepRow => ({
  index,
  case: measurement.case,
  measurement,
});

/** The steps of claims have no rows: the claims show what they say. */
const shown = (rows: readonly StepRow[]): StepRow[] => rows.filter(({ case: { experiment } }) => !experiment);
