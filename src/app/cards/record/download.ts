/** A record as a file: its text, its name, and its way to the person. */

import type { RunRecord } from '../../../../results/record/schema.ts';

export const recordText = (record: RunRecord): string => `${JSON.stringify(record, null, 2)}\n`;

/** The file's name, from adapter and day: `hbmark-nvidia-lovelace-2026-01-31.json`. */
export function recordFileName({ adapter, created }: Pick<RunRecord, 'adapter' | 'created'>): string {
  const name = `${adapter.vendor} ${adapter.architecture}`.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  const trimmed = name.replace(/^-|-$/g, '') || 'unknown';
  return `hbmark-${trimmed}-${created.slice(0, 10)}.json`;
}

/** Saves a record as a file. */
export const saveRecord = (record: RunRecord): void =>
  saveFile(recordFileName(record), new Blob([recordText(record)], { type: 'application/json' }));

export function saveFile(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download starts within the click and then holds the blob itself. The delay is for browsers that start it later.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
