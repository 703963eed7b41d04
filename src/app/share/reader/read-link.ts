/** Reads what a link carries behind its `#`. Anybody can write one, so everything in it has a bound and a rule. */

import { MAX_RECORD_BYTES } from '../../../../results/record/bounds.ts';
import { HEAD_CHARACTERS } from '../../shelf/refusal.ts';
import { takeText } from '../../shelf/take-file.ts';
import { openFragment } from '../fragment.ts';
import { machineText } from '../machine-text.ts';
import { MAX_SUMMARY_BYTES } from '../summary.ts';
import type { Read } from './api.ts';
import { readSummaryText } from './read-summary.ts';

export async function readLink(fragment: string): Promise<Read> {
  const opened = await openFragment(fragment, { record: MAX_RECORD_BYTES, summary: MAX_SUMMARY_BYTES });
  if (!opened.ok) return { kind: 'refusal', refusal: opened.refusal };
  const { carried, text } = opened;
  if (carried === 'summary') return readSummaryText(text);
  const met = { name: 'What the link holds', bytes: text.length, head: text.slice(0, HEAD_CHARACTERS) };
  const taken = takeText(text, met);
  return taken.ok
    ? { kind: 'record', origin: 'shared', machine: machineText(taken.record), record: taken.record, text }
    : { kind: 'refusal', refusal: taken.refusal };
}
