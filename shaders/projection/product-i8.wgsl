// Sixteen products of signed bytes, which are scaled once per row and token.

fn x_scale(token: u32) -> f32 { return x_scales[token]; }

fn dot16(a: vec4<u32>, b: vec4<u32>) -> i32 {
  return dot4I8Packed(a.x, b.x) + dot4I8Packed(a.y, b.y) + dot4I8Packed(a.z, b.z) + dot4I8Packed(a.w, b.w);
}
