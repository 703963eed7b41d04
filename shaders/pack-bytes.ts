/** WGSL that packs activations into bytes, for the kernels that make them. */

/** What differs with the number of neighbouring loads: the words that they make, and what one load gives to each of them. */
const PACKINGS: Readonly<Record<number, readonly [words: string, ofLoad: string, word: string]>> = {
  1: ['u32', '(c.x | (c.y << 8u)) | ((c.z << 16u) | (c.w << 24u))', 'words'],
  2: ['vec2<u32>', 'c.xy | (c.zw << vec2<u32>(8u))', 'words[k]'],
  4: ['vec4<u32>', 'c', 'words[k]'],
};

/**
 * Returns WGSL that packs the codes of `neighbours` loads into as many words of bytes. Value n of them is byte
 * n / neighbours of word n % neighbours (formats/activations.ts). WGSL's pack4xI8 is a language feature that some browsers
 * lack.
 */
export function packBytes(neighbours: number): string {
  const packing = PACKINGS[neighbours];
  if (!packing) throw new RangeError(`neighbours must be ${Object.keys(PACKINGS).join(', ')}; got ${neighbours}`);
  const [words, ofLoad, word] = packing;
  return `
/// The words of bytes of ${neighbours} neighbouring loads.
alias Words = ${words};
/// What the codes of load \`v\` of them, which are whole numbers, give to the words.
fn packed(codes: vec4<f32>, v: u32) -> Words {
  let c = bitcast<vec4<u32>>(vec4<i32>(codes)) & vec4<u32>(0xffu);
  return Words(${ofLoad}) << Words(v * ${32 / neighbours}u);
}
fn word_in(words: Words, k: u32) -> u32 { return ${word}; }
`;
}
