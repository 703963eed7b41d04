/** A file that a flag names, tested before there is anything to write. */

import { closeSync, openSync, rmSync } from 'node:fs';
import { messageOf } from '../../../harness/errors.ts';
import { shown } from '../../../results/text/shown.ts';
import { UsageError } from '../errors.ts';

/**
 * Tests that a file can be written, before minutes are spent on what it is for.
 *
 * @param flag the name of the flag, for the error
 * @throws UsageError if it cannot
 */
export function requireWritable(path: string, flag = 'out'): void {
  try {
    // Exclusive, so that only a file that was not there before is removed again.
    closeSync(openSync(path, 'wx'));
    rmSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw cannotWrite(flag, path, error);
    try {
      closeSync(openSync(path, 'r+'));
    } catch (second) {
      throw cannotWrite(flag, path, second);
    }
  }
}

export function cannotWrite(flag: string, path: string, error: unknown): UsageError {
  return new UsageError(`--${flag} must be a file that can be written; ${shown(path)} cannot (${messageOf(error)})`);
}
