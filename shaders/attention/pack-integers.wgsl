// Packs the newest rows for a cache of integers with an f16 scale for each 32 of a row: the smallest scale that brings the
// largest of them into range. The result is bit for bit what Format and ScaleType say, although WGSL's division is not
// exact: its result is only a guess, and products that f32 holds exactly decide.

/// The largest quant.
override LARGEST: f32;
/// The code of quant 0.
override ZERO: u32;
override BITS: u32;
override NEW_ROWS: u32;
override SCALE_WORDS: u32; // of a row: two scales each
/// The code of the smallest scale.
override MIN_SCALE: u32;
override PARTS_PER_WORD: u32;

fn scale_of(code: u32) -> f32 { return unpack2x16float(code).x; }

/**
 * The code of the scale of 32 values of a waiting row: of the smallest scale whose product with LARGEST is at least their
 * largest magnitude. The product has 11 + 7 bits, so f32 holds it exactly. The guess may be off by two: one for the
 * division, and one for the rounding, which WGSL leaves open. It may also be subnormal, and then read as zero; but no
 * scale is.
 */
fn scale_code(new_row: u32, group: u32) -> u32 {
  var tops = vec4<f32>(0.0);
  for (var i = 0u; i < 8u; i++) {
    let at = group * 8u + i;
    tops = max(tops, abs(queries_here[new_row * PARTS + at % PARTS][at / PARTS]));
  }
  let top = max(max(tops.x, tops.y), max(tops.z, tops.w));
  var code = max(pack2x16float(vec2<f32>(top / LARGEST, 0.0)), MIN_SCALE + 2u) - 2u;
  for (var i = 0u; i < 4u; i++) { code += u32(scale_of(code) * LARGEST < top); }
  return code;
}

/** Four codes of the quants nearest to value / scale; of two that are equally near, the even one. */
fn quantised(values: vec4<f32>, scale: f32) -> u32 {
  let near = round(values * (1.0 / scale));
  let rest = 2.0 * (values - near * scale);
  let odd = fract(near * 0.5) != vec4<f32>(0.0);
  let beyond = (abs(rest) > vec4<f32>(scale)) | ((abs(rest) == vec4<f32>(scale)) & odd);
  let quant = vec4<i32>(near + select(vec4<f32>(0.0), sign(rest), beyond));
  let codes = (bitcast<vec4<u32>>(quant) + ZERO) & vec4<u32>((1u << BITS) - 1u);
  return codes.x | (codes.y << BITS) | (codes.z << (2u * BITS)) | (codes.w << (3u * BITS));
}

/** Returns a load of one of the rows that wait to be stored. */
fn packed(new_row: u32, load: u32) -> vec4<u32> {
  let scale = scale_of(scale_code(new_row, load * PARTS / 8u));
  var words = vec4<u32>(0u);
  for (var word = 0u; word < 4u; word++) {
    for (var i = 0u; i < PARTS_PER_WORD; i++) {
      let part = new_row * PARTS + word * PARTS_PER_WORD + i;
      words[word] |= quantised(queries_here[part][load], scale) << (16u * i);
    }
  }
  return words;
}

/** Stores word `n` of the scales of the waiting rows. */
fn store_scales(n: u32, row: u32) {
  let new_row = n / SCALE_WORDS;
  if (new_row >= NEW_ROWS) { return; }
  let word = n % SCALE_WORDS;
  cache_scales[(row + new_row * FIRST_VALUE_ROW) * SCALE_WORDS + word] =
    scale_code(new_row, 2u * word) | (scale_code(new_row, 2u * word + 1u) << 16u);
}
