/** Exit codes, and the errors that a person can do something about: one line each, and a code for scripts. */

import { HarnessError, type HarnessErrorCode } from '../../harness/errors.ts';

export const EXIT = {
  done: 0,
  /** A measurement was wrong, or a record fails its check. */
  wrong: 1,
  unusableInput: 2,
  /** No usable adapter, or it was lost on the way. */
  noAdapter: 3,
  /** A file was not written. What belongs into it is printed, and kept elsewhere where that is possible. */
  unwritten: 4,
  /** Nothing was sent or deleted: the collector did not answer or refused, or nobody agreed. */
  unsent: 5,
  /** What shells give a process that SIGINT ended; SIGTERM and SIGHUP end it alike. What was measured is kept. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Exit codes of runs or submissions, the worst first. */
const WORST_FIRST: readonly ExitCode[] = [EXIT.wrong, EXIT.unwritten, EXIT.unsent, EXIT.noAdapter, EXIT.interrupted];

/** Returns the worst of some exit codes. */
export const worstOf = (codes: readonly ExitCode[]): ExitCode =>
  WORST_FIRST.find((code) => codes.includes(code)) ?? EXIT.done;

/** Input that cannot be used. The message says what to do, the rule, and what was given. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const HARNESS_EXIT: Readonly<Record<HarnessErrorCode, ExitCode>> = {
  'no-adapter': EXIT.noAdapter,
  'no-device': EXIT.noAdapter,
  'device-lost': EXIT.noAdapter,
  'out-of-memory': EXIT.unusableInput,
  'unusable-options': EXIT.unusableInput,
  cancelled: EXIT.interrupted,
};

/** Returns the exit code of an expected error; undefined for an error that is a fault of HBMark. */
export function exitCodeOf(error: unknown): ExitCode | undefined {
  if (error instanceof HarnessError) return HARNESS_EXIT[error.code];
  if (error instanceof UsageError) return EXIT.unusableInput;
  return isCacError(error) ? EXIT.unusableInput : undefined;
}

/**
 * Says whether cac refused an unknown flag or a missing argument. cac 7.1.0 does not export the class of its errors:
 * test with `instanceof` when it does.
 */
export const isCacError = (error: unknown): boolean => error instanceof Error && error.name === 'CACError';
