/** The table of all cases of a run as data, to be saved. Pure. */

import { dispatchBytes, isMeasured } from '../../../../results/derived/derive.ts';
import { integerText } from '../../../../results/text/figures.ts';
import type { RowFigures } from '../../analysis/view.ts';
import type { Table } from '../../charts/table/table.ts';
import type { Row } from '../../state/rows.ts';
import { formatText, shapeText } from './case-text.ts';
import { statusOf } from './status.ts';

/** @param figures those of the rows, by their index */
export const measurementsTable = (
  rows: readonly Row[],
  figures: readonly (RowFigures | undefined)[],
  running: boolean,
): Table => ({
  head: [
    ...['kernel', 'format', 'variant', 'shape'],
    { name: 'data of a dispatch', unit: 'MB' },
    { name: 'bandwidth', unit: 'GB/s' },
    { name: 'time of a dispatch', unit: 'ms' },
    ...['samples', 'rounds'].map((name) => ({ name, text: integerText })),
    ...['status', 'why'],
  ],
  rows: rows.map(({ index, case: c, measurement }) => {
    const status = statusOf(measurement, running);
    const { gbps, ms, samples, rounds } = figures[index] ?? {};
    const bytes = measurement && isMeasured(measurement) ? dispatchBytes(measurement) / 1e6 : undefined;
    return [
      ...[c.kernel, formatText(c), c.variant, shapeText(c).replaceAll('\u00a0', ' ')],
      ...[bytes, gbps, ms, samples, rounds, status.word, status.reason],
    ];
  }),
});
