import { expect, test } from 'vitest';
import kernel from './kernel.ts';

const llama = (splits: number) => ({
  ...{ batch: 1, splits, fewest: splits, queryHeads: 32, headDim: 128, planes: 1 },
  form: 'plain' as const,
});

test.each([
  [1, 64, 1],
  [16, 64, 8],
  [17, 128, 8],
  [64, 256, 8],
  [128, 256, 8],
])(
  '%i splits of 32 vectors: %i threads with %i loads each, so that one step takes them if it can',
  (splits, workgroupSize, loadsInFlight) => {
    expect(kernel.defaultsFor?.(llama(splits), 'portable')).toEqual({ workgroupSize, loadsInFlight });
  },
);

test('a workgroup has a thread for each vector of a wide head', () => {
  const wide = { ...llama(1), headDim: 512 };
  expect(kernel.defaultsFor?.(wide, 'portable')).toEqual({ workgroupSize: 128, loadsInFlight: 1 });
});
