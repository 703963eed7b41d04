/**
 * What compressors make of the words that memory is filled with. Figures are shares of the bytes that are left.
 *
 * Memory compressors work on sectors of 32 to 128 bytes. Those of shipping GPUs are not published, so published ones
 * stand for them: base and delta (G. Pekhimenko et al., "Base-Delta-Immediate Compression", PACT 2012, table 2),
 * frequent patterns (A. Alameldeen, D. Wood, "Frequent Pattern Compression", UW-Madison TR 1500, 2004, table 1), and,
 * as the best that any could make of bits that never change, planes of bits: one of equal bits costs two bits.
 */

import { brotliCompressSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { formatById } from './formats/index.ts';
import { E4M3_SCALE, E8M0_SCALE } from './formats/scales.ts';
import { wordsOfSize } from './formats/tame.ts';
import type { WordMask } from './kernel.ts';
import { ANY_BITS, randomWord, TAME_FLOATS } from './random.ts';
import { writtenWord } from './stream-write/kernel.ts';

const WORDS = 2 ** 14;
const SECTORS = 100;
const SECTOR_BYTES = [32, 64, 128];

const random = (mask: WordMask) => (index: number) => randomWord(index, 20260101, mask);

/** The words of a decode step's weights, of the size of trained ones. */
const ofStep = (id: string) => random(wordsOfSize(formatById(id), 1 / 45).quants);

type Sector = DataView<ArrayBuffer>;

const numbers = (sector: Sector, bytes: 2 | 4 | 8): bigint[] =>
  Array.from({ length: sector.byteLength / bytes }, (_, i) => {
    if (bytes === 8) return sector.getBigInt64(8 * i, true);
    return BigInt(bytes === 4 ? sector.getInt32(4 * i, true) : sector.getInt16(2 * i, true));
  });

const fits = (value: bigint, bytes: number): boolean => BigInt.asIntN(8 * bytes, value) === value;

/** The bytes of a sector as small deltas from zero and from one base. */
function baseAndDelta(sector: Sector): number {
  const sizes = ([8, 4, 2] as const).flatMap((base) =>
    [0, 1, 2, 4]
      .filter((delta) => delta < base)
      .map((delta) => {
        const all = numbers(sector, base);
        const first = all.find((value) => !fits(value, delta));
        const compresses = all.every((value) => fits(value, delta) || fits(value - (first ?? 0n), delta));
        return compresses ? base + all.length * (delta + 1 / 8) : Number.POSITIVE_INFINITY;
      }),
  );
  return Math.min(...sizes);
}

/** The bytes of a sector as words with a prefix of three bits, which names what is known of their bits. */
function frequentPatterns(sector: Sector): number {
  const bits = numbers(sector, 4).map((word) => {
    const halves = [word >> 16n, BigInt.asIntN(16, word)];
    if (word === 0n) return 3;
    if (BigInt.asIntN(4, word) === word) return 3 + 4;
    if (fits(word, 1) || BigInt.asUintN(32, word) === (word & 255n) * 0x01010101n) return 3 + 8;
    return fits(word, 2) || halves[1] === 0n || halves.every((half) => fits(half, 1)) ? 3 + 16 : 3 + 32;
  });
  return bits.reduce((a, b) => a + b) / 8;
}

/** The bytes of a sector as planes of bits: those that are equal in all words cost two bits, the others one more. */
function planes(sector: Sector): number {
  const words = numbers(sector, 4);
  const changing = words.reduce((changed, word) => changed | (word ^ (words[0] ?? 0n)), 0n);
  const count = BigInt.asUintN(32, changing).toString(2).replaceAll('0', '').length;
  return (count * (1 + words.length) + (32 - count) * 2) / 8;
}

/** Returns the share of its bytes that is left of a sector, on average. A sector that does not shrink stays whole. */
function meanShare(words: Uint32Array<ArrayBuffer>, compressed: (sector: Sector) => number): number {
  const shares = SECTOR_BYTES.flatMap((bytes) =>
    Array.from({ length: SECTORS }, (_, i) =>
      Math.min(1, compressed(new DataView(words.buffer, i * bytes, bytes)) / bytes),
    ),
  );
  return shares.reduce((a, b) => a + b) / shares.length;
}

describe.each([
  { name: 'words of any bits', word: random(ANY_BITS), gzip: 1, random: 1, planes: 1 },
  { name: 'words that stream-write writes', word: writtenWord, gzip: 1, random: 1, planes: 1 },
  { name: 'tame floats', word: random(TAME_FLOATS), gzip: 0.74, random: 20 / 32, planes: 0.73 },
  { name: 'f32 of a step', word: ofStep('f32'), gzip: 0.87, random: 24 / 32, planes: 0.84 },
  { name: 'f16 of a step', word: ofStep('f16'), gzip: 0.8, random: 22 / 32, planes: 0.79 },
  { name: 'bf16 of a step', word: ofStep('bf16'), gzip: 0.62, random: 16 / 32, planes: 0.61 },
  { name: 'fp8 of a step', word: ofStep('fp8'), gzip: 0.88, random: 28 / 32, planes: 0.95 },
  { name: 'scales in e4m3', word: random(E4M3_SCALE.words), gzip: 0.43, random: 12 / 32, planes: 0.5 },
  { name: 'scales in e8m0', word: random(E8M0_SCALE.words), gzip: 0.29, random: 8 / 32, planes: 0.38 },
])('$name', ({ word, gzip, random: floor, planes: inPlanes }) => {
  const words = Uint32Array.from({ length: WORDS }, (_, index) => word(index));

  test('sectors stay whole by base and delta, and by frequent patterns', () => {
    expect(meanShare(words, baseAndDelta)).toBe(1);
    expect(meanShare(words, frequentPatterns)).toBeGreaterThan(0.995);
  });

  test(`gzip leaves ${gzip} of all bytes, planes of bits ${inPlanes}, and nothing less than ${floor}`, () => {
    const near = (share: number, expected: number) => expect(Math.abs(share - expected)).toBeLessThan(0.02);
    near(gzipSync(words, { level: 9 }).byteLength / words.byteLength, gzip);
    near(meanShare(words, planes), inPlanes);
    // A compressor must keep the bits that are random; the best of the day comes near that.
    const best = brotliCompressSync(words).byteLength / words.byteLength;
    expect(best).toBeGreaterThan(floor);
    expect(best).toBeLessThan(floor + 0.1);
  });
});

test('the compressors compress what they can: zeros, one word, small numbers, and floats of one exponent', () => {
  const share = (word: (index: number) => number, compressed: (sector: Sector) => number) =>
    meanShare(
      Uint32Array.from({ length: WORDS }, (_, index) => word(index)),
      compressed,
    );
  expect(share(() => 0, baseAndDelta)).toBeLessThan(0.1);
  expect(share(() => 0x3f800000, baseAndDelta)).toBeLessThan(0.3);
  expect(share((i) => 0x3f800000 + (i % 100), baseAndDelta)).toBeLessThan(0.5);
  expect(share((i) => i % 100, frequentPatterns)).toBeLessThan(0.5);
  expect(share(random({ keep: 0xffff, set: 0x3f800000 }), planes)).toBeLessThan(0.65);
});
