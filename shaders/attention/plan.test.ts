import { expect, test } from 'vitest';
import { defaultsFor, workgroupsOf } from './plan.ts';

/** Llama-3-8B's heads: a workgroup takes the four query heads of one of eight KV heads. */
const llama = (context: number, fresh: number) => ({
  ...{ batch: 1, context, shortest: context, room: 0, queryHeads: 32, kvHeads: 8, headDim: 128, ropeDim: 0 },
  ...{ format: 'f16', window: 0, queryDim: 128, fresh },
});

test.each([
  ['by itself, splits of 256', 16384, 0, 256],
  ['by itself, splits of 256', 16128, 0, 128],
  ['in a step, whose splits may be as short as 128', 8192, 1, 256],
  ['in a step, whose splits may be as short as 128', 8064, 1, 128],
])('%s: %i positions, threads of a large grid or of a small one', (_, context, fresh, threads) => {
  expect(defaultsFor(llama(context, fresh)).workgroupSize).toBe(threads);
});

test('512 workgroups are a large grid', () => {
  const p = llama(16384, 0);
  expect(workgroupsOf(p, { ...defaultsFor(p), workgroupSize: 128 })).toBe(512);
});
