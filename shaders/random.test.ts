import { expect, test } from 'vitest';
import { f16 } from './formats/f16.ts';
import { f32 } from './formats/f32.ts';
import { ANY_BITS, hash, randomWord, TAME_FLOATS } from './random.ts';

test('the hash is PCG-RXS-M-XS 32: known values of the published function', () => {
  // pcg(0) and pcg(1) of Jarzynski & Olano's listing, computed in 64-bit integers.
  const pcg = (v: bigint) => {
    const state = (v * 747796405n + 2891336453n) & 0xffffffffn;
    const word = (((state >> ((state >> 28n) + 4n)) ^ state) * 277803737n) & 0xffffffffn;
    return (word >> 22n) ^ word;
  };
  for (const [index, seed] of [
    [0, 0],
    [1, 0],
    [0xffffffff, 12345],
    [123456789, 0xffffffff],
  ] as const) {
    expect(hash(index, seed)).toBe(Number(pcg(pcg(BigInt(index)) ^ BigInt(seed))));
  }
});

test('words are spread evenly: each bit is set about half the time, and none repeat in a row', () => {
  const words = Array.from({ length: 20_000 }, (_, i) => randomWord(i, 7, ANY_BITS));
  for (let bit = 0; bit < 32; bit++) {
    const share = words.filter((word) => (word >>> bit) & 1).length / words.length;
    expect(Math.abs(share - 0.5)).toBeLessThan(0.02);
  }
  expect(new Set(words).size).toBeGreaterThan(19_990);
});

test('tame floats are finite and of one size, as f32 and as f16', () => {
  const read = (index: number) => randomWord(index, 3, TAME_FLOATS);
  for (let i = 0; i < 10_000; i++) {
    expect(Math.abs(f32.decode(read, i))).toBeGreaterThanOrEqual(2 ** -7);
    expect(Math.abs(f32.decode(read, i))).toBeLessThan(2);
    expect(Math.abs(f16.decode(read, i))).toBeGreaterThanOrEqual(1);
    expect(Math.abs(f16.decode(read, i))).toBeLessThan(2);
  }
});
