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
  summary: 'IEEE single precision',
  bits: 32,
  words: TAME_FLOATS,
  largest: 3.4028234663852886e38,
  relativeError: 2 ** -24,
  absoluteError: 2 ** -150,
  unpack: { wgsl: 'fn unpack_0(load: vec4<u32>) -> vec4<f32> { return bitcast<vec4<f32>>(load); }\n' },
  quant: f32FromWord,
  code(value) {
    view.setFloat32(0, value);
    return view.getUint32(0);
  },
};
