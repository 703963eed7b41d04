/** The errors that end a run or a tuning session. Each message says what to do, the rule, and the value met. */

export const HARNESS_ERROR_CODES = [
  'no-adapter',
  'no-device',
  'device-lost',
  'out-of-memory',
  'unusable-options',
  'cancelled',
] as const;

export type HarnessErrorCode = (typeof HARNESS_ERROR_CODES)[number];

export class HarnessError extends Error {
  override readonly name = 'HarnessError';
  readonly code: HarnessErrorCode;

  constructor(code: HarnessErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Returns an error's message in one line of at most 500 characters: a compiler's message can be pages long. */
export function messageOf(error: unknown): string {
  const line = (error instanceof Error ? error.message : String(error)).replace(/[\s\p{Cc}\p{Cs}]+/gu, ' ').trim();
  return line.length <= 500 ? line : `${line.slice(0, 499)}…`;
}
