/**
 * WGSL as a device reads it on which subnormal numbers are zero. WGSL allows that wherever bits become floats, as it
 * does in arithmetic (§15.7.2).
 */

/** What makes floats of bits, and the functions below that do so without subnormal numbers. */
const REPLACED: Readonly<Record<string, string>> = {
  'unpack2x16float(': 'flushed_unpack(',
  'bitcast<f32>(': 'flushed_f32(',
  'bitcast<vec2<f32>>(': 'flushed_vec2(',
  'bitcast<vec4<f32>>(': 'flushed_vec4(',
};

const flushedVector = (n: 2 | 4): string => `
fn flushed_vec${n}(bits: vec${n}<u32>) -> vec${n}<f32> {
  let normal = (bits & vec${n}<u32>(0x7f800000u)) != vec${n}<u32>(0u);
  return bitcast<vec${n}<f32>>(select(bits & vec${n}<u32>(0x80000000u), bits, normal));
}`;

const FUNCTIONS = `
fn flushed_halves(bits: u32) -> u32 {
  let low = select(bits & 0x8000u, bits & 0xffffu, (bits & 0x7c00u) != 0u);
  return low | select(bits & 0x80000000u, bits & 0xffff0000u, (bits & 0x7c000000u) != 0u);
}
fn flushed_unpack(bits: u32) -> vec2<f32> { return unpack2x16float(flushed_halves(bits)); }
fn flushed_f32(bits: u32) -> f32 { return flushed_vec2(vec2<u32>(bits)).x; }
${flushedVector(2)}${flushedVector(4)}
`;

/** Returns `wgsl` as it reads where subnormal numbers are zero. */
export function flushing(wgsl: string): string {
  return Object.entries(REPLACED).reduce((text, [from, to]) => text.replaceAll(from, to), wgsl) + FUNCTIONS;
}
