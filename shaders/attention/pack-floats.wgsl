// Packs the newest rows for a cache of f16.

/** Returns a load of one of the rows that wait to be stored. */
fn packed(new_row: u32, load: u32) -> vec4<u32> {
  let a = queries_here[new_row * PARTS][load];
  let b = queries_here[new_row * PARTS + 1u][load];
  return vec4<u32>(pack2x16float(a.xy), pack2x16float(a.zw), pack2x16float(b.xy), pack2x16float(b.zw));
}

fn store_scales(n: u32, row: u32) {}
