/** An error as the page shows it: plain data, so that it can cross from a worker to the page. */

import { HarnessError, type HarnessErrorCode } from '../../../../harness/errors.ts';

export type PageErrorCode =
  | HarnessErrorCode
  | 'insecure-origin'
  | 'no-webgpu'
  | 'unknown-parameter'
  | 'unusable-file'
  | 'page-ended'
  | 'storage-full'
  | 'storage-denied'
  | 'unexpected';

export interface PageError {
  readonly code: PageErrorCode;
  readonly message: string;
}

/** Turns anything that was thrown into plain data. */
export function pageErrorFrom(thrown: unknown): PageError {
  if (thrown instanceof HarnessError) return { code: thrown.code, message: thrown.message };
  return { code: 'unexpected', message: thrown instanceof Error ? thrown.message : String(thrown) };
}
