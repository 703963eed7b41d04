/** The table of decode steps as data, to be saved. Pure. */

import { isTimedStep, stepBytes } from '../../../../results/derived/decode.ts';
import { integerText } from '../../../../results/text/figures.ts';
import { activationsText, lengthsText } from '../../../../results/text/step-text.ts';
import type { StepView } from '../../analysis/view.ts';
import type { Table } from '../../charts/table/table.ts';
import type { StepRow } from '../../state/rows.ts';
import { statusOf } from '../measurements/status.ts';

/** @param figures those of the rows, by their index */
export const stepsTable = (
  rows: readonly StepRow[],
  figures: readonly (StepView | undefined)[],
  running: boolean,
): Table => ({
  head: [
    ...['model', 'weights', 'KV cache'],
    { name: 'batch', text: integerText },
    'context',
    { name: 'one user', unit: 'tokens/s' },
    { name: 'all users', unit: 'tokens/s' },
    { name: 'time of a step', unit: 'ms' },
    { name: 'data of a step', unit: 'MB' },
    'activations',
    { name: 'dispatches', text: integerText },
    { name: 'bandwidth', unit: 'GB/s' },
    ...['status', 'why'],
  ],
  rows: rows.map(({ index, case: c, measurement }) => {
    const { perUser, tokensPerSecond, stepMs, gbps } = figures[index] ?? {};
    const timed = measurement && isTimedStep(measurement) ? measurement : undefined;
    const { word, reason } = statusOf(measurement, running);
    return [
      ...[c.model, c.weights, c.kv, c.batch, lengthsText(c), perUser, tokensPerSecond, stepMs],
      ...[timed && stepBytes(timed) / 1e6, timed && activationsText(timed), timed?.dispatches, gbps, word, reason],
    ];
  }),
});
