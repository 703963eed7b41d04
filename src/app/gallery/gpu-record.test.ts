/** Tests that the GPU that does not exist has left a record that could be one. */

import { expect, test } from 'vitest';
import { COHERENCE } from '../../../results/labels/coherence.ts';
import { checkRecord } from '../../../results/record/check.ts';
import { gpuRecord } from './gpu-record.ts';

test('it passes its check, and agrees with itself', () => {
  const record = gpuRecord();
  expect(checkRecord(JSON.parse(JSON.stringify(record)))).toMatchObject({ ok: true });
  expect(COHERENCE.flatMap(({ id, applies }) => (applies(record) === undefined ? [] : [id]))).toEqual([]);
});
