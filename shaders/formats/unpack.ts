/** Writes a format's `unpack_0 …`, one function for each four quants of a 16-byte load. */

const COMPONENTS = ['x', 'y', 'z', 'w'];

/** `part(word, shift)`: WGSL of four quants that begin at bit `shift` of the word expression `word`. */
export function unpackFunctions(bits: number, part: (word: string, shift: number) => string): string {
  const perWord = 32 / bits / 4;
  return Array.from({ length: 4 * perWord }, (_, i) => {
    const word = `load.${COMPONENTS[Math.floor(i / perWord)]}`;
    return `fn unpack_${i}(load: vec4<u32>) -> vec4<f32> { return ${part(word, (i % perWord) * bits * 4)}; }\n`;
  }).join('');
}
