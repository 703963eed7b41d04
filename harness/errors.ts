/** What can go wrong before anything is measured. Each message says what to do, the rule, and what was met. */

export type HarnessErrorCode =
  | 'no-adapter'
  | 'no-device'
  | 'device-lost'
  | 'out-of-memory'
  | 'unusable-options'
  | 'cancelled';

export class HarnessError extends Error {
  override readonly name = 'HarnessError';
  readonly code: HarnessErrorCode;

  constructor(code: HarnessErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
