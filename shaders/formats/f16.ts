import { getFloat16, setFloat16 } from '@petamoriken/float16';
import { TAME_FLOATS } from '../random.ts';
import type { Format } from './format.ts';

const view = new DataView(new ArrayBuffer(4));

/** IEEE 754 half precision, two to a word, the lower half first. Stored as `u32`, so that it needs no feature. */
export const f16: Format = {
  id: 'f16',
  summary: 'IEEE half precision, 16 bits',
  bitsPerValue: 16,
  valuesPerLoad: 8,
  words: TAME_FLOATS,
  relativeError: 2 ** -11,
  unpack: {
    portable: `\
fn unpack_0(load: vec4<u32>) -> vec4<f32> { return vec4<f32>(unpack2x16float(load.x), unpack2x16float(load.y)); }
fn unpack_1(load: vec4<u32>) -> vec4<f32> { return vec4<f32>(unpack2x16float(load.z), unpack2x16float(load.w)); }
`,
    'shader-f16': `\
fn unpack_0(load: vec4<u32>) -> vec4<f32> { return vec4<f32>(bitcast<vec4<f16>>(load.xy)); }
fn unpack_1(load: vec4<u32>) -> vec4<f32> { return vec4<f32>(bitcast<vec4<f16>>(load.zw)); }
`,
  },
  pack(values) {
    const words = new Uint32Array(Math.ceil(values.length / 8) * 4);
    const halves = new DataView(words.buffer);
    Array.from(values).forEach((value, i) => {
      setFloat16(halves, 2 * i, value, true);
    });
    return words;
  },
  decode(words, index) {
    view.setUint32(0, words(index >> 1), true);
    return getFloat16(view, (index & 1) * 2, true);
  },
};
