import { afterEach, expect, test, vi } from 'vitest';
import type { Host } from '../../../../harness/host.ts';
import type { TuneRequest } from '../../../session/requests.ts';
import { beginSession } from '../session.ts';
import { resume } from './runs.ts';
import { tune } from './tunings.ts';

/** A host whose adapter never comes. */
const SLOW = { gpu: { requestAdapter: () => new Promise(() => {}) } } as unknown as Host;

const TUNING: TuneRequest = { seed: 1, memoryBytes: null, kernels: [], budgetMs: 1000 };

afterEach(() => void vi.restoreAllMocks());

test.each([
  ['a run that is resumed', () => resume(SLOW, 'a run', () => {})],
  ['tuning', () => tune(SLOW, TUNING, () => {})],
])('%s is the session that a person cancels, before it waits for anything', (_, begin) => {
  // There is no storage here, which is logged.
  vi.spyOn(console, 'error').mockImplementation(() => {});
  const earlier = beginSession();
  begin().catch(() => {});
  expect(earlier.aborted).toBe(true);
});
