// The ceiling of reading: every 16-byte load of the source is added, modulo 2³², into one checked word per thread.

var<private> sum: vec4<u32>;

fn fetch(at: u32) -> vec4<u32> { return source[at]; }
fn keep(at: u32, value: vec4<u32>) { sum += value; }
fn finish(thread: u32) { sums[thread] = sum.x + sum.y + sum.z + sum.w; }
