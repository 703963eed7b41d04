import { expect, test } from 'vitest';
import { kernelsDigest } from '../../harness/device/kernel-digest.ts';
import committed from '../../results/data/2026-11-24-lavapipe-quick.json';
import { readRecord } from '../../results/record/check.ts';
import { KERNELS } from '../../shaders/registry.ts';
import { answerOf } from './answer.ts';

const record = readRecord(committed);
const ofToday = { ...record, harness: { ...record.harness, kernels: kernelsDigest(KERNELS) } };

test('a record of other kernels says nothing: their outputs may differ', () => {
  expect(answerOf(record)).toEqual({
    kind: 'silent',
    reason: expect.stringMatching(
      /^made by the kernels [0-9a-f]{12} of version 0\.1\.0, which differ from those of this/,
    ),
  });
});

test('a record of before outputs were kept says nothing', () => {
  const reason = 'made before outputs were kept: nothing to recompute';
  expect(answerOf(ofToday)).toEqual({ kind: 'silent', reason });
});

test('a seed that is not its own is contradicted', () => {
  const seed = (record.seed + 1) % 2 ** 32;
  expect(answerOf(ofToday, seed)).toMatchObject({ kind: 'contradicts', problem: expect.stringContaining(`${seed}`) });
});
