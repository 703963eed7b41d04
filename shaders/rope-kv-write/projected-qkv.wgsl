/// Returns vector `vector` of a head's row, as it was projected. Queries, keys and values are in one buffer.
fn projected(sequence: u32, head: u32, vector: u32) -> vec4<f32> {
  return qkv[(sequence * HEADS_PER_TOKEN + head) * (THREADS_PER_ROW * 4u) + vector];
}

