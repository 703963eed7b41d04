/** Where a chart comes from, in a line: the machine, the program, the date, and what made it. */

import { machineText } from '../share/machine-text.ts';
import type { Store } from '../state/state.ts';
import { dateText } from '../text/date-text.ts';
import { hostText } from '../text/host-text.ts';

export function sourceLine({ adapter, host, record, software }: Store): string {
  const made = record.value;
  const machine = adapter.value && machineText({ adapter: adapter.value, reported: made?.reported ?? {} });
  return [
    machine && (software.value ? `${machine}, a software adapter` : machine),
    host.value && hostText(host.value),
    made ? dateText(made.created) : 'a run in progress',
    made && `record ${made.id.slice(0, 12)}`,
    `HBMark ${made?.harness.version ?? __HBMARK_VERSION__}`,
  ]
    .filter(Boolean)
    .join(' · ');
}
