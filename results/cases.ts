/** The cases of a run: those of kernels, and decode steps. */

import type { DecodeMeasurement, Measurement, RecordBody } from './schema.ts';

/** All cases that a run set out to measure: those of kernels, and decode steps. */
export const casesOf = ({
  measurements,
  decode = [],
}: Pick<RecordBody, 'measurements' | 'decode'>): readonly (Measurement | DecodeMeasurement)[] => [
  ...measurements,
  ...decode,
];

/** All cases with a time: kernels and decode steps. */
export const timedCases = (record: Pick<RecordBody, 'measurements' | 'decode'>) =>
  casesOf(record).flatMap((m) => (m.status === 'measured' ? [m] : []));
