/**
 * The seeded random words that fill every buffer. This is the CPU's twin of fill.wgsl, so that a reference knows any
 * word of a buffer of gigabytes without reading it back.
 */

import type { WordMask } from './kernel.ts';

/** Words whose bits are all random. */
export const ANY_BITS: WordMask = { keep: 0xffffffff, set: 0 };

/**
 * Words that are tame numbers in every format, so that one pool serves all formats. As f32 or bf16 they have exponents
 * −7…0, as f16 they lie in ±[1, 2), and no byte is a NaN of fp8. 20 of 32 bits are random.
 */
export const TAME_FLOATS: WordMask = { keep: 0x83fe83fe, set: 0x3c003c00 };

/**
 * Returns the hash of (index, seed), modulo 2³²: PCG-RXS-M-XS 32, applied twice. Source: M. Jarzynski, M. Olano, "Hash
 * Functions for GPU Rendering", JCGT 9(3), 2020.
 */
export function hash(index: number, seed: number): number {
  return pcg(pcg(index) ^ seed);
}

function pcg(value: number): number {
  const state = (Math.imul(value, 747796405) + 2891336453) >>> 0;
  const word = Math.imul((state >>> ((state >>> 28) + 4)) ^ state, 277803737) >>> 0;
  return ((word >>> 22) ^ word) >>> 0;
}

/** Returns word `index` of a buffer that is filled with `seed` and `mask`. */
export function randomWord(index: number, seed: number, mask: WordMask): number {
  return ((hash(index, seed) & mask.keep) | mask.set) >>> 0;
}

/**
 * The word that lies in every output before it is written, and behind every buffer. It is NaN as f32, and as either
 * half of f16 or bf16. A reference returns it for an integer that the kernel does not write.
 */
export const POISON = 0x7fff7fff;
