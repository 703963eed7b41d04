import { TAME_FLOATS } from '../random.ts';
import type { Format } from './format.ts';

const view = new DataView(new ArrayBuffer(4));

/** The f32 value of a 32-bit word. */
export function f32FromWord(word: number): number {
  view.setUint32(0, word);
  return view.getFloat32(0);
}

/** IEEE 754 single precision. */
export const f32: Format = {
  id: 'f32',
  summary: 'IEEE single precision, 32 bits',
  bitsPerValue: 32,
  valuesPerLoad: 4,
  words: TAME_FLOATS,
  relativeError: 2 ** -24,
  unpack: {
    portable: 'fn unpack_0(load: vec4<u32>) -> vec4<f32> { return bitcast<vec4<f32>>(load); }\n',
  },
  pack(values) {
    const padded = new Float32Array(Math.ceil(values.length / 4) * 4);
    padded.set(Array.from(values));
    return new Uint32Array(padded.buffer);
  },
  decode: (words, index) => f32FromWord(words(index)),
};
