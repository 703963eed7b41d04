import { expect, test } from 'vitest';
import { f32 } from '../formats/f32.ts';
import type { Input } from '../kernel.ts';
import { contextsOf } from '../kv-cache.ts';
import { randomWord } from '../random.ts';
import kernel from './kernel.ts';

const p = {
  batch: 3,
  context: 50,
  shortest: 1,
  room: 0,
  queryHeads: 2,
  kvHeads: 1,
  headDim: 16,
  ropeDim: 0,
  format: 'f16',
  theta: 100,
};

const given = (name: string): Uint32Array<ArrayBuffer> => {
  const input: Input | undefined = kernel.inputs(p, 'portable').find((i) => i.name === name);
  if (input?.kind !== 'given') throw new Error(`${name} is not given`);
  return input.data;
};

const HALF = p.headDim / 2;
const qkvInput = kernel.inputs(p, 'portable').find(({ name }) => name === 'qkv');
const qkv = (index: number): number =>
  randomWord(index, 1, qkvInput?.kind === 'random' ? qkvInput.words : { keep: 0, set: 0 });
const angleOf = (sequence: number, pair: number): number =>
  ((contextsOf(p)[sequence] ?? 0) - 1) / p.theta ** ((2 * pair) / p.headDim);

test('turns are the cosines and sines of position · θ^(−2 pair / headDim), within half a step', () => {
  const turns = new Float32Array(given('turns').buffer);
  expect(new Set(contextsOf(p)).size).toBe(p.batch);
  for (let sequence = 0; sequence < p.batch; sequence++) {
    for (let pair = 0; pair < HALF; pair++) {
      const at = sequence * p.headDim + pair;
      expect(Math.abs((turns[at] ?? 9) - Math.cos(angleOf(sequence, pair)))).toBeLessThanOrEqual(1 / 128);
      expect(Math.abs((turns[at + HALF] ?? 9) - Math.sin(angleOf(sequence, pair)))).toBeLessThanOrEqual(1 / 128);
    }
  }
});

test('a query is the complex product of its pairs (i, i + headDim/2) with e^(i·angle)', () => {
  const reference = kernel.reference(p, { qkv }, kernel.defaults, 'portable');
  const [sequence, head] = [2, 1];
  for (let pair = 0; pair < HALF; pair++) {
    const angle = angleOf(sequence, pair);
    const from = (sequence * (p.queryHeads + 2 * p.kvHeads) + head) * p.headDim + pair;
    const [re, im] = [f32.quant(qkv(from)), f32.quant(qkv(from + HALF))];
    const to = (sequence * p.queryHeads + head) * p.headDim + pair;
    // Turns are within 1/128, and values below 2.
    const near = (actual: number, expected: number) => expect(Math.abs(actual - expected)).toBeLessThan(4 / 128);
    near(reference('queries', to), re * Math.cos(angle) - im * Math.sin(angle));
    near(reference('queries', to + HALF), im * Math.cos(angle) + re * Math.sin(angle));
  }
});

test('rows that are not whole words, or not whole groups of a scale, are refused', () => {
  expect(kernel.refuses({ ...p, headDim: 24 }, kernel.defaults)).toBe(
    'headDim and ropeDim must be multiples of 16; got 24 and 0',
  );
  expect(kernel.refuses({ ...p, headDim: 96, format: 'int8' }, kernel.defaults)).toBe(
    'headDim and ropeDim must be multiples of 64; got 96 and 0',
  );
});
