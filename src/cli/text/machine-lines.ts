/** The lines of a record about its machine: labels, adapter and clock. */

import { labelsOf } from '../../../results/labels/index.ts';
import type { RunRecord } from '../../../results/schema.ts';

/** Returns a line for each label, which a reader must know before believing a figure. */
export const labelLines = (record: RunRecord): string[] =>
  labelsOf(record).map(({ title, reason }) => `! ${title}: ${reason}`);

/** Returns the lines of adapter and clock. */
export function machineLines({ adapter, host, clock }: RunRecord): string[] {
  const name = [adapter.vendor, adapter.architecture, adapter.device, adapter.description].filter(Boolean).join(' · ');
  return [
    `adapter  ${name || 'unnamed'}, through ${host.brand} ${host.majorVersion ?? ''} on ${host.platform}`,
    `clock    ${clock.trusted}: ${clock.reason}`,
  ];
}
