/** How a command ends when it cannot do what was asked: one line, and a code that a script can branch on. */

import { HarnessError, type HarnessErrorCode } from '../../harness/errors.ts';

export const EXIT = {
  done: 0,
  /** A measurement was wrong, or a record fails its check. */
  wrong: 1,
  unusableInput: 2,
  /** No usable adapter, or it was lost on the way. */
  noAdapter: 3,
  /** As shells have it for SIGINT; what has been measured is kept. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Input that cannot be used. The message names what to do, the rule, and what was met. */
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

/** The exit code of an expected error; undefined for one that is a fault of ours. */
export function exitCodeOf(error: unknown): ExitCode | undefined {
  if (error instanceof HarnessError) return HARNESS_EXIT[error.code];
  if (error instanceof UsageError) return EXIT.unusableInput;
  // cac throws its own class, which it does not export, for unknown flags and missing arguments.
  if (error instanceof Error && error.name === 'CACError') return EXIT.unusableInput;
  return undefined;
}
