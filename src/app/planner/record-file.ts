/** Tells what was dropped where a model is expected: a record of HBMark, or JSON of something else. */

import { textOf } from '../../../results/text/encodings.ts';
import { shown } from '../../../results/text/shown.ts';
import { contentOf } from '../shelf/refusal.ts';

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

/** The maximum bytes of a file that is read as JSON once more, to say what it is. */
const MAX_FOREIGN_BYTES = 2 ** 20;

/** What JSON without a model holds, of a single file that was refused. Undefined: it is no such file. */
export async function foreignAmong(files: readonly File[]): Promise<string | undefined> {
  const [file, ...more] = files;
  if (!file || more.length > 0 || file.size > MAX_FOREIGN_BYTES) return undefined;
  try {
    const value: unknown = JSON.parse(textOf(new Uint8Array(await file.arrayBuffer())));
    if (typeof value !== 'object' || value === null || Array.isArray(value) || 'model_type' in value) return undefined;
    return `${shown(file.name)} is no model. ${contentOf(value)} A model’s config.json has a key “model_type”.`;
  } catch {
    return undefined;
  }
}

/** The first characters of a file; none, where it cannot be read: whoever reads the model says why. */
async function headOf(file: File): Promise<string> {
  try {
    return textOf(new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer()));
  } catch {
    return '';
  }
}
