/** Returns four values of a head's row, as it was projected. MLA's keys, latents, are in a buffer of their own. */
fn projected(sequence: u32, head: u32, vector: u32) -> vec4<f32> {
  let row_vectors = LOADS_PER_ROW * PARTS;
  if (head < KV_HEADS * GROUP) { return qkv[(sequence * (KV_HEADS * GROUP) + head) * row_vectors + vector]; }
  return latents[(sequence * KV_HEADS + head - KV_HEADS * GROUP) * row_vectors + vector];
}
