// Stores two eights of a row in a cache of integers with an f16 scale for each 32 of a row. Four threads find the
// largest of their values, and take the smallest scale that brings it into range. The result is bit for bit what
// Format and ScaleType say, although WGSL's division is not exact: its result is only a guess, and products that f32
// holds exactly decide.

fn pack_eight(a: vec4<u32>, b: vec4<u32>) -> /*@ type */ { return /*@ eight */; }

/// The largest quant.
override LARGEST: f32;
/// The code of quant 0.
override ZERO: u32;
override BITS: u32;
override SCALES_PER_ROW: u32;
/// The code of the smallest scale.
override MIN_SCALE: u32;
/// The number of scales of the rows of a workgroup.
override CODES: u32;

/** The largest magnitudes in the low and the high eight of each thread. */
var<workgroup> largest: array<vec2<f32>, WORKGROUP_SIZE>;
/** The codes of the scales of row r of the workgroup, from r * SCALES_PER_ROW on. */
var<workgroup> codes: array<u32, CODES>;

fn scale_of(code: u32) -> f32 { return unpack2x16float(code).x; }

/**
 * The code of the smallest scale whose product with LARGEST is at least `top`. The product has 11 + 7 bits, so f32
 * holds it exactly. The guess may be off by two: one for the division, and one for the rounding, which WGSL leaves
 * open. It may also be subnormal, and then read as zero; but no scale is.
 */
fn scale_code(top: f32) -> u32 {
  var code = max(pack2x16float(vec2<f32>(top / LARGEST, 0.0)), MIN_SCALE + 2u) - 2u;
  for (var i = 0u; i < 4u; i++) { code += u32(scale_of(code) * LARGEST < top); }
  return code;
}

/** The codes of the quants nearest to value / scale; of two that are equally near, the even one. */
fn quantised(values: vec4<f32>, scale: f32) -> vec4<u32> {
  let near = round(values * (1.0 / scale));
  let rest = 2.0 * (values - near * scale);
  let odd = fract(near * 0.5) != vec4<f32>(0.0);
  let beyond = (abs(rest) > vec4<f32>(scale)) | ((abs(rest) == vec4<f32>(scale)) & odd);
  let quant = vec4<i32>(near + select(vec4<f32>(0.0), sign(rest), beyond));
  return (bitcast<vec4<u32>>(quant) + ZERO) & vec4<u32>((1u << BITS) - 1u);
}

fn packed(codes: vec4<u32>) -> u32 {
  return codes.x | (codes.y << BITS) | (codes.z << (2u * BITS)) | (codes.w << (3u * BITS));
}

fn magnitude(a: vec4<f32>, b: vec4<f32>) -> f32 {
  let both = max(abs(a), abs(b));
  return max(max(both.x, both.y), max(both.z, both.w));
}

fn store(
  there: bool,
  thread: u32,
  row: u32,
  low: u32,
  high: u32,
  low_0: vec4<f32>,
  low_1: vec4<f32>,
  high_0: vec4<f32>,
  high_1: vec4<f32>,
) {
  largest[thread] = vec2<f32>(magnitude(low_0, low_1), magnitude(high_0, high_1));
  workgroupBarrier();
  var top = vec2<f32>(0.0);
  for (var i = 0u; i < 4u; i++) { top = max(top, largest[(thread & ~3u) + i]); }
  let low_code = scale_code(top.x);
  let high_code = scale_code(top.y);
  let row_codes = thread / THREADS_PER_ROW * SCALES_PER_ROW;
  if (thread % 4u == 0u) {
    codes[row_codes + low / 4u] = low_code;
    codes[row_codes + high / 4u] = high_code;
  }
  workgroupBarrier();
  if (!there) { return; }
  let low_scale = scale_of(low_code);
  let high_scale = scale_of(high_code);
  let eights = row * (THREADS_PER_ROW * 2u);
  cache[eights + low] = pack_eight(quantised(low_0, low_scale), quantised(low_1, low_scale));
  cache[eights + high] = pack_eight(quantised(high_0, high_scale), quantised(high_1, high_scale));
  // Two scales to a word.
  let word = thread % THREADS_PER_ROW;
  if (word < SCALES_PER_ROW / 2u) {
    cache_scales[row * (SCALES_PER_ROW / 2u) + word] = codes[row_codes + 2u * word] | (codes[row_codes + 2u * word + 1u] << 16u);
  }
}
