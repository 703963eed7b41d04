import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FORMATS } from '../../../shaders/formats/index.ts';
import { brokenShortest, formatsFrom, isSizes, sizesFrom, sizesUpTo, sweepFor, WEIGHT_FORMATS } from './sweep.ts';

const RANGE = { min: 1, max: 4096 };

test.each([
  ['1, 8', [1, 8]],
  ['1,8,max', [1, 8, 'max']],
  ['max', ['max']],
  ['1, …, max', [1, '...', 'max']],
  ['2,...,max', [2, '...', 'max']],
])('"%s" is a list of sizes', (text, sizes) => {
  expect(sizesFrom(text, RANGE)).toEqual(sizes);
});

test.each([
  '',
  '1,',
  'max,1',
  'max,max',
  '...,max',
  '1,...',
  '1,...,8',
  '1,...,...,max',
  '0',
  '4097',
  '1.5',
  '-1',
  'MAX',
  Array(33).fill(1).join(),
])('"%s" is no list of sizes', (text) => {
  expect(sizesFrom(text, RANGE)).toBeUndefined();
});

test('a list of formats has each format once', () => {
  expect(formatsFrom('int4-g32, f16,f16', WEIGHT_FORMATS)).toEqual(['int4-g32', 'f16']);
  for (const text of ['', 'f16,', 'f17', 'F16']) expect(formatsFrom(text, WEIGHT_FORMATS)).toBeUndefined();
});

test('numbers above the maximum are left out, and doublings go up to it', () => {
  expect(sizesUpTo([1, 2, 4, 8, 16, 32, '...', 'max'], 300)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300]);
  expect(sizesUpTo([1, 2, 4, 8, 16, 32, '...', 'max'], 16)).toEqual([1, 2, 4, 8, 16]);
  expect(sizesUpTo([1, 2, 4, 8, 16, 32, '...', 'max'], 5)).toEqual([1, 2, 4, 5]);
  expect(sizesUpTo([8, 'max'], 3)).toEqual([3]);
  expect(sizesUpTo([1, '...', 'max'], 1)).toEqual([1]);
});

test('no number of any list is above the maximum, which occurs once', () => {
  const sizes = fc.tuple(fc.array(fc.integer({ min: 1, max: 4096 }), { minLength: 1 }), fc.boolean());
  fc.assert(
    fc.property(sizes, fc.integer({ min: 1, max: 4096 }), ([numbers, doubled], max) => {
      const list = [...numbers, ...(doubled ? (['...'] as const) : []), 'max' as const];
      expect(isSizes(list)).toBe(true);
      const out = sizesUpTo(list, max);
      expect(Math.max(...out)).toBe(max);
      expect(new Set(out).size).toBe(out.length);
    }),
  );
});

test('lengths are the profile’s if none is given; if one is given, the other has its default', () => {
  expect(sweepFor('quick', { weights: ['int8'] })).toEqual({
    ...{ weights: ['int8'], kv: ['f16'], contexts: [128, 8192], batches: [1, 8], ofProfile: true },
  });
  expect(sweepFor('quick', { batches: [4] })).toEqual({
    weights: ['f16'],
    kv: ['f16'],
    contexts: [1024],
    batches: [4],
  });
  expect(sweepFor('full', { contexts: ['max'], shortest: null })).toEqual({
    ...{ weights: ['f16'], kv: ['f16'], contexts: ['max'], batches: [1] },
  });
  expect(sweepFor('full', {})).toMatchObject({ weights: ['f16', 'int4-g32'], kv: ['f16'], ofProfile: true });
  expect(sweepFor('full', { shortest: 12 })).toMatchObject({ contexts: [1024], shortest: 12 });
});

test('max breaks no rule of shortest', () => {
  expect(brokenShortest({ shortest: 200, contexts: [128, 'max'] })).toBe('must be at most the context, 128; got 200');
  expect(brokenShortest({ shortest: 200, contexts: ['max'] })).toBeUndefined();
});

test('records and requests name every format that there is', () => {
  expect([...WEIGHT_FORMATS].sort()).toEqual(Object.keys(FORMATS).sort());
});
