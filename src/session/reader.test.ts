import { expect, test } from 'vitest';
import { kernelsDigest } from '../../harness/device/kernel-digest.ts';
import committed from '../../results/data/2026-11-27-lavapipe-smollm2.json';
import { readRecord } from '../../results/record/check.ts';
import type { RunRecord } from '../../results/record/schema.ts';
import { KERNELS } from '../../shaders/registry.ts';
import { isOwnOf } from './reader.ts';

const BUILD = { version: '9.9.9', commit: 'ab'.repeat(20) };

/** A committed record, as if `harness` had made it with all kernels. */
function madeBy(harness: Partial<RunRecord['harness']>): RunRecord {
  const record = readRecord(committed);
  return { ...record, harness: { ...BUILD, kernels: kernelsDigest(KERNELS), ...harness } };
}

test.each([
  ['its own', BUILD, {}, true],
  ['of another commit', BUILD, { commit: 'cd'.repeat(20) }, false],
  ['of another version', BUILD, { version: '9.9.8' }, false],
  ['of other kernels', BUILD, { kernels: '0'.repeat(64) }, false],
  ['of changed sources, which have no commit', { ...BUILD, commit: null }, { commit: null }, false],
])('a record is %s', (_, build, harness, isOwn) => {
  expect(isOwnOf(build)(madeBy(harness))).toBe(isOwn);
});
