// Products of signed bytes, which are scaled once per row and token.

override EXCESS: i32;

fn x_scale(token: u32) -> f32 { return x_scales[token]; }
