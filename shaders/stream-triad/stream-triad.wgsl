// STREAM's triad: two arrays are read, one is written.

fn fetch(at: u32) -> vec4<f32> { return b[at] + SCALAR * c[at]; }
fn keep(at: u32, value: vec4<f32>) { a[at] = value; }
fn finish(thread: u32) {}
