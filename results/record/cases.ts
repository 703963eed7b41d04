/** The cases of a run, those of kernels and decode steps: which have a time, their bytes and their samples. */

import type { DecodeMeasured, DecodeMeasurement, Measured, Measurement, RecordBody, Sample } from './schema.ts';

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

/** The minimum of bytes that a work moves: read and written. */
export const bytesMoved = ({ bytesRead, bytesWritten }: Pick<Measured['work'], 'bytesRead' | 'bytesWritten'>): number =>
  bytesRead + bytesWritten;

/** All samples of a case, those included that do not count towards its figure. */
export const samplesOf = (m: Measured | DecodeMeasured): readonly Sample[] => [
  ...m.samples,
  ...m.discarded,
  ...('explained' in m ? explainingSamples(m.explained) : []),
];

/** The samples of the chains by which a step is explained. */
function explainingSamples(explained: DecodeMeasured['explained']): Sample[] {
  if (explained?.status !== 'measured') return [];
  const { plain, empty, kernels } = explained;
  return [
    ...plain,
    ...empty.samples,
    ...kernels.flatMap(({ whole, half = [], unread = [] }) => [...whole, ...half, ...unread]),
  ];
}
