import { expect, test } from 'vitest';
import { f32 } from '../formats/f32.ts';
import type { Input } from '../kernel.ts';
import { randomWord } from '../random.ts';
import kernel from './kernel.ts';

const p = { batch: 3, heads: 2, kvHeads: 1, headDim: 8, capacity: 50, theta: 100, seed: 9 };

const given = (name: string): Uint32Array<ArrayBuffer> => {
  const input: Input | undefined = kernel.inputs(p, 'portable').find((i) => i.name === name);
  if (input?.kind !== 'given') throw new Error(`${name} is not given`);
  return input.data;
};

const HALF = p.headDim / 2;
const qkvInput = kernel.inputs(p, 'portable').find(({ name }) => name === 'qkv');
const qkv = (index: number): number =>
  randomWord(index, 1, qkvInput?.kind === 'random' ? qkvInput.words : { keep: 0, set: 0 });

test('turns are the cosines and sines of position · θ^(−2 pair / headDim), within half a step', () => {
  const turns = new Float32Array(given('turns').buffer);
  const positions = given('positions');
  expect(new Set(positions).size).toBe(p.batch);
  for (let sequence = 0; sequence < p.batch; sequence++) {
    for (let pair = 0; pair < HALF; pair++) {
      const angle = (positions[sequence] ?? 0) / p.theta ** ((2 * pair) / p.headDim);
      const at = sequence * p.headDim + Math.floor(pair / 2) * 4 + (pair % 2);
      expect(Math.abs((turns[at] ?? 9) - Math.cos(angle))).toBeLessThanOrEqual(1 / 128);
      expect(Math.abs((turns[at + 2] ?? 9) - Math.sin(angle))).toBeLessThanOrEqual(1 / 128);
    }
  }
});

test('a query is the complex product of its pairs (i, i + headDim/2) with e^(i·angle)', () => {
  const reference = kernel.reference(p, { qkv }, kernel.defaults, 'portable');
  const [sequence, head] = [2, 1];
  for (let pair = 0; pair < HALF; pair++) {
    const angle = (given('positions')[sequence] ?? 0) / p.theta ** ((2 * pair) / p.headDim);
    const from = (sequence * (p.heads + 2 * p.kvHeads) + head) * p.headDim + pair;
    const [re, im] = [f32.quant(qkv(from)), f32.quant(qkv(from + HALF))];
    const to = (sequence * p.heads + head) * p.headDim + pair;
    // Turns are within 1/128 and values below 2.
    const near = (actual: number, expected: number) => expect(Math.abs(actual - expected)).toBeLessThan(4 / 128);
    near(reference('queries', to), re * Math.cos(angle) - im * Math.sin(angle));
    near(reference('queries', to + HALF), im * Math.cos(angle) + re * Math.sin(angle));
  }
});

test('a head that words of f16 do not fill in halves is refused', () => {
  expect(kernel.refuses({ ...p, headDim: 6 }, kernel.defaults)).toBe('headDim must be a multiple of 4; got 6');
});
