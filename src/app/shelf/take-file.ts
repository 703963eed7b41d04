/** Reads a file that may be a record. A file that cannot be one is told by its size and first bytes, and not read whole. */

import { MAX_RECORD_BYTES } from '../../../results/record/bounds.ts';
import { checkRecordText } from '../../../results/record/record-text.ts';
import type { RunRecord } from '../../../results/record/schema.ts';
import { textOf } from '../../../results/text/encodings.ts';
import { KIND_BYTES, kindOf } from '../../../results/text/file-kind.ts';
import { HEAD_CHARACTERS, type Met, noRecord, type Refusal, tooLarge, unreadable } from './refusal.ts';

export type Taken =
  | { readonly ok: true; readonly record: RunRecord; readonly text: string }
  | { readonly ok: false; readonly refusal: Refusal };

export async function takeFile(file: File): Promise<Taken> {
  try {
    const { name, size: bytes } = file;
    const first = await bytesOf(file.slice(0, KIND_BYTES));
    const met = { name, bytes, head: textOf(first).slice(0, HEAD_CHARACTERS), kind: kindOf(first)?.is };
    if (bytes > MAX_RECORD_BYTES) return { ok: false, refusal: tooLarge(met) };
    return takeText(textOf(await bytesOf(file)), met);
  } catch (error) {
    return { ok: false, refusal: unreadable(file.name, error instanceof Error ? error.message : String(error)) };
  }
}

const bytesOf = async (blob: Blob): Promise<Uint8Array> => new Uint8Array(await blob.arrayBuffer());

/** Reads a text that may be a record. */
export function takeText(text: string, met: Met): Taken {
  const checked = checkRecordText(text);
  if (checked.ok) return { ok: true, record: checked.record, text };
  return { ok: false, refusal: noRecord(met, valueIn(text), checked.problems) };
}

/** What a text holds; undefined where it is no JSON. */
function valueIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
