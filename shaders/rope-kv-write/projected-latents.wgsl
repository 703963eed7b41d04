/// Returns vector `vector` of a head's row, as it was projected. The keys of MLA are in a buffer of their own.
fn projected(sequence: u32, head: u32, vector: u32) -> vec4<f32> {
  let query = sequence * QUERY_HEADS + min(head, QUERY_HEADS - 1u);
  let key = sequence * KV_HEADS + (head - QUERY_HEADS) % KV_HEADS;
  let row = THREADS_PER_ROW * 4u;
  return select(qkv[query * row + vector], latents[key * row + vector], head >= QUERY_HEADS);
}

