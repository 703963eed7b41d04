import { expect, test } from 'vitest';
import { breaches } from './budget.ts';
import { judge } from './figures.ts';
import { type Instruction, loopsOf } from './listing.ts';

const STREAMED = new Set([0]);
const op: Instruction = { counts: true };
const load = (token: string, binding = 0): Instruction => ({
  counts: false,
  memory: { binding, bytes: 16, store: false, token },
});
const wait = (...tokens: string[]): Instruction => ({ counts: false, waits: { tokens } });
const figures = (instructions: Instruction[], loops: number[][]) =>
  judge({ instructions, loops, registers: 1, spills: 0 }, STREAMED);

test('the dearest part that streams counts, without the loops inside it that stream themselves', () => {
  const inner = [load('1'), op, op];
  const outer = [load('2'), op, op, op, op];
  // One load outside of all loops would be a quarter of the bytes of a loop that has four: a beginning.
  expect(
    figures(
      [...outer, ...inner],
      [
        [5, 6, 7],
        [0, 1, 2, 3, 4, 5, 6, 7],
      ],
    ).instructionsPerByte,
  ).toBe(4 / 16);
  expect(figures([op, op, op, load('0'), ...inner, load('3'), load('4')], [[4, 5, 6, 7, 8]]).instructionsPerByte).toBe(
    2 / 48,
  );
});

test('code without loops is one part, and code that streams nothing has no such figure', () => {
  expect(figures([load('1'), op, op], []).instructionsPerByte).toBe(2 / 16);
  expect(figures([load('1', 3), op], [])).toMatchObject({ instructionsPerByte: undefined, loadsInFlight: 0 });
});

test('loads in flight are those under way at the first wait for one of them', () => {
  expect(figures([load('1'), load('2'), wait('1'), load('3'), wait('2', '3')], []).loadsInFlight).toBe(2);
  // The wait for another buffer is none.
  expect(figures([load('9', 1), load('1'), wait('9'), load('2'), wait('1')], []).loadsInFlight).toBe(2);
  // A loop that asks for the next turn's load before it waits.
  expect(figures([wait('1'), load('1'), load('2')], [[0, 1, 2]]).loadsInFlight).toBe(2);
});

test('a natural loop has the blocks from which its end is reached', () => {
  const block = (name: string, at: number, ...next: string[]) => ({ name, instructions: [at], next });
  const blocks = [block('a', 0, 'b'), block('b', 1, 'c', 'd'), block('c', 2, 'e'), block('d', 3), block('e', 4, 'b')];
  expect(loopsOf(blocks)).toEqual([[1, 2, 4]]);
});

test('a breach names the rule and the value met', () => {
  const met = { instructionsPerByte: 2.5, loadsInFlight: 1, spills: 3, registers: 1 };
  expect(breaches(met, { instructionsPerByte: 2, loadsInFlight: 4 })).toEqual([
    'it must take at most 2.00 instructions for each byte; it takes 2.50',
    'at least 4 loads must be in flight before the first wait; there are 1',
    'it must spill at most 0 registers; it spills 3',
  ]);
  expect(breaches({ ...met, registers: 120 }, { spills: 3, registers: 96 })).toEqual([
    'it must take at most 96 registers; it takes 120',
  ]);
  expect(breaches(met)).toHaveLength(1);
  expect(breaches({ ...met, spills: 0 })).toEqual([]);
});
