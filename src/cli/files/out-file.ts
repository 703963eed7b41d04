/** The file of `--out`, tested before there is anything to write. */

import { closeSync, openSync, rmSync } from 'node:fs';
import { UsageError } from '../errors.ts';

/** Tests that a file can be written, before minutes are spent on measuring. @throws UsageError if it cannot */
export function requireWritable(path: string): void {
  try {
    // Exclusive, so that only a file that was not there before is removed again.
    closeSync(openSync(path, 'wx'));
    rmSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw cannotWrite(path, error);
    try {
      closeSync(openSync(path, 'r+'));
    } catch (second) {
      throw cannotWrite(path, second);
    }
  }
}

function cannotWrite(path: string, error: unknown): UsageError {
  return new UsageError(`--out must be a file that can be written; ${path} cannot (${(error as Error).message})`);
}
