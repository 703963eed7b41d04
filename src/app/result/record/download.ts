/** A record as a file: its text and its name. */

import type { RunRecord } from '../../../../results/schema.ts';

export const recordText = (record: RunRecord): string => `${JSON.stringify(record, null, 2)}\n`;

/** The file's name, from adapter and day: `hbmark-nvidia-lovelace-2026-01-31.json`. */
export function recordFileName({ adapter, created }: Pick<RunRecord, 'adapter' | 'created'>): string {
  const name = `${adapter.vendor} ${adapter.architecture}`.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  const trimmed = name.replace(/^-|-$/g, '') || 'unknown';
  return `hbmark-${trimmed}-${created.slice(0, 10)}.json`;
}
