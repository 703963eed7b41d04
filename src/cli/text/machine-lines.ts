/** The lines of a record about its machine: labels, adapter and clock. */

import { labelsOf } from '../../../results/labels/index.ts';
import { adapterLine } from '../../../results/machine/identity.ts';
import { integratedText } from '../../../results/machine/integrated.ts';
import type { RunRecord } from '../../../results/record/schema.ts';
import { shown } from '../../../results/text/shown.ts';
import { READER } from '../../session/reader.ts';

/** The maximum length of a line. A record holds text of whoever wrote it. */
const MAX_LINE = 1000;

/** Returns a line for each label, which a reader must know before believing a figure, and one for each of its steps. */
export const labelLines = (record: RunRecord): string[] =>
  labelsOf(record, READER).flatMap(({ title, reason, steps }) => [
    shown(`! ${title}: ${reason}`, MAX_LINE),
    ...steps.map((step) => shown(`  - ${step}`, MAX_LINE)),
  ]);

/** Returns the lines of adapter and clock: which adapter ran and, if it may be the slower of two, how to switch. */
export function machineLines({ adapter, host, clock }: RunRecord): string[] {
  const integrated = integratedText(adapter, host);
  return [
    shown(
      `adapter  ${adapterLine(adapter)}, through ${host.brand} ${host.majorVersion ?? ''} on ${host.platform}`,
      MAX_LINE,
    ),
    ...(integrated === undefined ? [] : [`         ${integrated}`]),
    shown(`clock    ${clock.trusted}: ${clock.reason}`, MAX_LINE),
  ];
}
