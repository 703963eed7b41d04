// Four products, in f32.

fn x_scale(token: u32) -> f32 { return 1.0; }

fn product(w: vec4<f32>, x: vec4<f32>) -> f32 { return dot(w, x); }
