/** Tells a record of HBMark that was dropped where a model is expected. */

import { textOf } from '../../../results/text/encodings.ts';
import { shown } from '../../../results/text/shown.ts';

/** The bytes of a file's beginning that tell. */
const HEAD_BYTES = 128;

/** What every writer of HBMark begins a record with. */
const BEGINS = /^\s*\{\s*"schema"\s*:\s*\d+\s*,/;

/** What to do with the first file that begins like a record. Undefined: none does. */
export async function recordAmong(files: readonly File[]): Promise<string | undefined> {
  for (const file of files) {
    if (BEGINS.test(await headOf(file))) {
      return `${shown(file.name)} is a record of HBMark, not a model. Drop it on the page History, which opens it.`;
    }
  }
  return undefined;
}

/** The first characters of a file; none, where it cannot be read: whoever reads the model says why. */
async function headOf(file: File): Promise<string> {
  try {
    return textOf(new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer()));
  } catch {
    return '';
  }
}
