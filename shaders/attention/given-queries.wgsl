// Queries that are given as they meet the keys. Every row is in the cache.

/** Returns four values of a head's query. */
fn query(sequence: u32, head: u32, vector: u32) -> vec4<f32> {
  return queries[(sequence * (KV_HEADS * GROUP) + head) * (LOADS_PER_ROW * PARTS) + vector];
}

fn store_newest(sequence: u32, kv_head: u32, row: u32, thread: u32) {}
