import { getFloat16, setFloat16 } from '@petamoriken/float16';
import { TAME_FLOATS } from '../random.ts';
import type { Format } from './format.ts';

const view = new DataView(new ArrayBuffer(2));

/** The value of each code that was asked for: the conversion takes most of a microsecond, and a reference makes thousands. */
const values = new Float64Array(2 ** 16).fill(Number.NaN);

/**
 * IEEE 754 half precision. A word holds two. Buffers are `u32`, so that no feature is needed. Values below 2⁻¹⁴, which
 * are subnormal, may read as zero: WGSL lets an implementation flush them (§15.7.2). No random word holds one.
 */
export const f16: Format = {
  id: 'f16',
  summary: 'IEEE half precision',
  bits: 16,
  words: TAME_FLOATS,
  largest: 65504,
  relativeError: 2 ** -11,
  absoluteError: 2 ** -25,
  unpack: {
    wgsl: `\
fn unpack_0(load: vec4<u32>) -> vec4<f32> { return vec4<f32>(unpack2x16float(load.x), unpack2x16float(load.y)); }
fn unpack_1(load: vec4<u32>) -> vec4<f32> { return vec4<f32>(unpack2x16float(load.z), unpack2x16float(load.w)); }
`,
  },
  quant(code) {
    const known = values[code];
    if (known !== undefined && !Number.isNaN(known)) return known;
    view.setUint16(0, code);
    const value = getFloat16(view, 0);
    values[code] = value;
    return value;
  },
  code(value) {
    setFloat16(view, 0, value);
    return view.getUint16(0);
  },
};
