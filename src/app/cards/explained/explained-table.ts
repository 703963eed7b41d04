/** The kernels of an explained step as a table, to be saved. Pure. */

import { PARTS } from '../../../../results/derived/step-parts.ts';
import { integerText } from '../../../../results/text/figures.ts';
import type { ExplainedView } from '../../analysis/explained-view.ts';
import type { Table } from '../../charts/table/table.ts';
import { formatText, shapeText } from '../measurements/case-text.ts';

type Explained = Extract<ExplainedView, { readonly reason?: undefined }>;

/** A row for each kernel, the step last. */
export const explainedTable = ({ kernels, parts, stepMs }: Explained): Table => ({
  head: [
    ...['kernel', 'variant', 'format', 'shape'],
    { name: 'dispatches', text: integerText },
    { name: 'data', unit: 'MB' },
    { name: 'time in a step', unit: 'ms' },
    ...PARTS.map((name) => ({ name, unit: 'ms' })),
    'may be cached',
  ],
  rows: [
    ...kernels.map(({ case: c, dispatches, bytes, ms, parts: own, mayBeCached }) => [
      ...[c.kernel, c.variant, formatText(c), shapeText(c), dispatches, bytes / 1e6, ms],
      ...[...PARTS.map((id) => own[id]), mayBeCached ? 'yes' : 'no'],
    ]),
    ['the step', '', '', '', undefined, undefined, stepMs, ...PARTS.map((id) => parts[id]), ''],
  ],
});
