import { expect, test } from 'vitest';
import { bf16 } from './formats/bf16.ts';
import { f16 } from './formats/f16.ts';
import { f32 } from './formats/f32.ts';
import { fp8 } from './formats/floats.ts';
import { ANY_BITS, hash, randomWord, TAME_FLOATS } from './random.ts';

test('the hash is PCG-RXS-M-XS 32, as published', () => {
  // Jarzynski & Olano's listing, in integers that do not overflow.
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

test('words are spread evenly: each bit is set about half the time, and hardly any word repeats', () => {
  const words = Array.from({ length: 20_000 }, (_, i) => randomWord(i, 7, ANY_BITS));
  for (let bit = 0; bit < 32; bit++) {
    const share = words.filter((word) => (word >>> bit) & 1).length / words.length;
    expect(Math.abs(share - 0.5)).toBeLessThan(0.02);
  }
  expect(new Set(words).size).toBeGreaterThan(19_990);
});

test('tame words are finite and of about one size in every float format', () => {
  for (let i = 0; i < 10_000; i++) {
    const word = randomWord(i, 3, TAME_FLOATS);
    expect(Math.abs(f32.quant(word))).toBeGreaterThanOrEqual(2 ** -7);
    expect(Math.abs(f32.quant(word))).toBeLessThan(2);
    for (const half of [word & 0xffff, word >>> 16]) {
      expect(Math.abs(f16.quant(half))).toBeGreaterThanOrEqual(1);
      expect(Math.abs(f16.quant(half))).toBeLessThan(2);
      expect(Math.abs(bf16.quant(half))).toBeLessThan(2);
    }
    for (const shift of [0, 8, 16, 24]) expect(fp8.quant((word >>> shift) & 0xff)).not.toBeNaN();
  }
});
