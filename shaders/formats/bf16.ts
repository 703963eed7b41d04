import { TAME_FLOATS } from '../random.ts';
import { roundHalfEven } from './e4m3.ts';
import { f32FromWord } from './f32.ts';
import type { Format } from './format.ts';

const view = new DataView(new ArrayBuffer(4));

/** The upper half of an f32. A word holds two. */
export const bf16: Format = {
  id: 'bf16',
  summary: 'the upper half of an f32',
  bits: 16,
  words: TAME_FLOATS,
  largest: f32FromWord(0x7f7f0000),
  relativeError: 2 ** -8,
  absoluteError: 2 ** -134,
  unpack: {
    wgsl: `\
fn bf16x4(words: vec2<u32>) -> vec4<f32> {
  return bitcast<vec4<f32>>(vec4<u32>(words.x << 16u, words.x & 0xffff0000u, words.y << 16u, words.y & 0xffff0000u));
}
fn unpack_0(load: vec4<u32>) -> vec4<f32> { return bf16x4(load.xy); }
fn unpack_1(load: vec4<u32>) -> vec4<f32> { return bf16x4(load.zw); }
`,
  },
  quant: (code) => f32FromWord((code << 16) >>> 0),
  code(value) {
    view.setFloat32(0, value);
    return roundHalfEven(view.getUint32(0) / 2 ** 16);
  },
};
