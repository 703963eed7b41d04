/**
 * Writes a format's WGSL: `unpack_0 …`, one function for each four quants of a 16-byte load, and `bytes_0 …` for
 * integer dot products.
 *
 * Integers become floats without a conversion, because GPUs convert at a quarter of the rate of other arithmetic or
 * less. Instead, their bits are put into the mantissa of a power of two, in place and without shifts, which is then
 * subtracted. Everything is exact.
 * Source: Y. J. Kim et al., "Who Says Elephants Can't Run", arXiv 2211.10017, §4, which does so in f16.
 */

const COMPONENTS = ['x', 'y', 'z', 'w'] as const;

/** The functions `unpack_0 …`. `part(word, shift)` is WGSL of the four quants from bit `shift` of `word` on. */
export function unpackFunctions(bits: number, part: (word: string, shift: number) => string): string {
  const perWord = 32 / bits / 4;
  return Array.from({ length: 4 * perWord }, (_, i) => {
    const word = `load.${COMPONENTS[Math.floor(i / perWord)]}`;
    return `fn unpack_${i}(load: vec4<u32>) -> vec4<f32> { return ${part(word, (i % perWord) * bits * 4)}; }\n`;
  }).join('');
}

/** The first bit of each of four quants of `bits` bits, from bit `shift` on. */
const positions = (bits: number, shift: number): number[] => [0, 1, 2, 3].map((i) => shift + i * bits);

/** The number of bits of an f32's mantissa. */
const MANTISSA = 23;

/**
 * WGSL of four integers n, stored as n + `excess`, as vec4<f32>. They are masked in place and put into the mantissa
 * of 2²³; one multiply-add makes n of that.
 */
export function integersAsF32(bits: number, excess: number): (word: string, shift: number) => string {
  return (word, shift) => {
    const upper = shift + 4 * bits > MANTISSA;
    const at = positions(bits, upper ? shift - 16 : shift);
    const masks = at.map((s) => `${((2 ** bits - 1) << s) >>> 0}u`);
    const scales = at.map((s) => 2 ** -s);
    const offsets = at.map((s) => -(2 ** (MANTISSA - s) + excess));
    const codes = `vec4<u32>(${upper ? `${word} >> 16u` : word}) & vec4<u32>(${masks})`;
    return `fma(bitcast<vec4<f32>>((${codes}) | vec4<u32>(0x4b000000u)), vec4<f32>(${scales}), vec4<f32>(${offsets}))`;
  };
}

/**
 * WGSL of four quants from pairs that lie 16 bits apart. `pair(word, s)` is a vec2 of the quants at bits s and s +
 * 16.
 */
export function halves(
  bits: number,
  pair: (word: string, shift: number) => string,
): (word: string, shift: number) => string {
  return (word, shift) =>
    `vec4<f32>(${positions(bits, shift).map((s) => `${pair(word, s % 16)}.${s < 16 ? 'x' : 'y'}`)})`;
}

/**
 * The functions `bytes_k(load) -> vec4<u32>` for k < n, where n = 8/bits. Each returns sixteen bytes: byte j of word w of
 * `bytes_k` is quant 4n·w + n·j + k of the load, as it is stored. This order needs only shifts and masks; activations
 * are stored in it.
 *
 * @param codes WGSL that rewrites the words of a load first, codes in their places. Default: they stay as they are
 */
export function bytesFunctions(bits: 2 | 4 | 8, codes = (load: string): string => load): string {
  const mask = (2 ** bits - 1) * 0x01010101;
  return Array.from({ length: 8 / bits }, (_, k) => {
    const shifted = k === 0 ? codes('load') : `(${codes('load')} >> vec4<u32>(${k * bits}u))`;
    const bytes = bits === 8 ? shifted : `${shifted} & vec4<u32>(${mask}u)`;
    return `fn bytes_${k}(load: vec4<u32>) -> vec4<u32> { return ${bytes}; }\n`;
  }).join('');
}
