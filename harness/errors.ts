/** What can go wrong before anything is measured. Each message says what to do, the rule, and what was met. */

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
