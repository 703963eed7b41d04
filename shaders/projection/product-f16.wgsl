// Four products, in f16: two at a time, as hardware has them, and no more than two terms added up in f16.

fn x_scale(token: u32) -> f32 { return 1.0; }

fn product(w: vec4<f16>, x: vec4<f16>) -> f32 {
  let pairs = fma(w.zw, x.zw, w.xy * x.xy);
  return f32(pairs.x) + f32(pairs.y);
}
