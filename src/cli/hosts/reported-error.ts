/** Errors of an engine that runs elsewhere, as the terminal throws them. */

import { HARNESS_ERROR_CODES, HarnessError } from '../../../harness/errors.ts';

/** Returns the error that a page or another process reported, with the engine's code if it has one. */
export function errorOf({ code, message }: { code: string; message: string }): Error {
  const known = HARNESS_ERROR_CODES.find((c) => c === code);
  if (known) return new HarnessError(known, message);
  return code === 'no-webgpu' ? new HarnessError('no-adapter', message) : new Error(message);
}
