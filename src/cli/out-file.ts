/** The file of `--out`, tried before there is anything to write to it. */

import { closeSync, openSync, rmSync } from 'node:fs';
import { UsageError } from './errors.ts';

/** Before minutes are spent on measuring. @throws UsageError */
export function requireWritable(path: string): void {
  try {
    // Exclusive first, so that a file of ours can be told from one that was there.
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
