/** What the page says when something cannot be done: plain data, so that it crosses from worker to page. */

import { HarnessError, type HarnessErrorCode } from '../../../harness/errors.ts';

export type PageErrorCode = HarnessErrorCode | 'insecure-origin' | 'no-webgpu' | 'unknown-parameter' | 'unexpected';

export interface PageError {
  readonly code: PageErrorCode;
  readonly message: string;
}

/** Anything thrown, as plain data. */
export function pageErrorFrom(thrown: unknown): PageError {
  if (thrown instanceof HarnessError) return { code: thrown.code, message: thrown.message };
  return { code: 'unexpected', message: thrown instanceof Error ? thrown.message : String(thrown) };
}
