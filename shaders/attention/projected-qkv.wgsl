/** Returns four values of a head's row, as it was projected. The heads are those of queries, of keys and of values. */
fn projected(sequence: u32, head: u32, vector: u32) -> vec4<f32> {
  return qkv[(sequence * (KV_HEADS * (GROUP + 2u)) + head) * (LOADS_PER_ROW * PARTS) + vector];
}
