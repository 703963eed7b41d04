// Stores two eights of a row in a cache of f16.

fn pack_eight(a: vec4<f32>, b: vec4<f32>) -> vec4<u32> {
  return vec4<u32>(pack2x16float(a.xy), pack2x16float(a.zw), pack2x16float(b.xy), pack2x16float(b.zw));
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
  if (!there) { return; }
  cache[row * (THREADS_PER_ROW * 2u) + low] = pack_eight(low_0, low_1);
  cache[row * (THREADS_PER_ROW * 2u) + high] = pack_eight(high_0, high_1);
}
