import { expect, test } from 'vitest';
import { MAX_SPOTS, MAX_STREAMED } from '../../results/record/bounds.ts';
import { BASELINES, KERNELS } from '../../shaders/registry.ts';
import { spotsIn } from './spots.ts';

const CASE = { kernel: 'gemv', variant: 'portable', params: { rows: 512, format: 'f16' }, tuning: { lanes: 32 } };
const y = (elements: number) => ({ name: 'y', elements });

test('the outputs that are kept follow from the seed, the case and the buffer, and nothing else', () => {
  const kept = spotsIn(1, CASE, y(1e6));
  expect(kept).toHaveLength(8);
  expect(kept).toEqual([...new Set(kept)].sort((a, b) => a - b));
  expect(spotsIn(1, { ...CASE, params: { format: 'f16', rows: 512 } }, y(1e6))).toEqual(kept);
  for (const other of [
    spotsIn(2, CASE, y(1e6)),
    spotsIn(1, { ...CASE, variant: 'subgroups' }, y(1e6)),
    spotsIn(1, { ...CASE, tuning: { lanes: 64 } }, y(1e6)),
    spotsIn(1, { ...CASE, withinBytes: 2 ** 20 }, y(1e6)),
    spotsIn(1, CASE, { name: 'z', elements: 1e6 }),
  ]) {
    expect(other).not.toEqual(kept);
  }
});

test('they lie all over the buffer, and within it', () => {
  const all = Array.from({ length: 1000 }, (_, seed) => spotsIn(seed, CASE, y(10))).flat();
  expect(new Set(all)).toEqual(new Set(Array.from({ length: 10 }, (_, i) => i)));
  expect(spotsIn(1, CASE, y(1))).toEqual([0]);
});

test('a record has room for those of every kernel', () => {
  for (const { id, examples, inputs, outputs, defaults } of [...KERNELS.measured, ...BASELINES]) {
    for (const params of examples) {
      expect(8 * outputs(params, defaults).length, id).toBeLessThanOrEqual(MAX_SPOTS);
      const streamed = inputs(params, 'portable').filter(({ kind }) => kind === 'streamed');
      expect(streamed.length, id).toBeLessThanOrEqual(MAX_STREAMED);
    }
  }
});
