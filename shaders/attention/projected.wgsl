// Queries, keys and values of each sequence's newest position as they were projected. Queries and keys are rotated here,
// and the workgroups of the split with the newest position put its key and value into the cache. The function `projected`,
// and `packed` and `store_scales` of the cache's format, come with this text.
//
// Element i of the first half of what is rotated turns with element i of the second half (the "NeoX" pairs of GPT-NeoX,
// Llama and Qwen). A row of MLA has a latent before the rotated part, which is left as it is.
// Source of the formula: J. Su et al., "RoFormer", arXiv 2104.09864, §3.4.

override LATENT_VECTORS: u32;
override HALF: u32; // vectors of a half of what is rotated
override NEW_LOADS: u32; // of the newest rows of a KV head: a key and a value, or a latent
override NEW_STEPS: u32;

/** Returns four values of a head's query or key, rotated. `turns` has the cosines of a sequence, then the sines. */
fn rotated(sequence: u32, head: u32, vector: u32) -> vec4<f32> {
  let own = projected(sequence, head, vector);
  if (vector < LATENT_VECTORS) { return own; }
  let at = vector - LATENT_VECTORS;
  let other = projected(sequence, head, LATENT_VECTORS + (at + HALF) % (2u * HALF));
  let cosine = turns[2u * sequence * HALF + at % HALF];
  let sine = turns[(2u * sequence + 1u) * HALF + at % HALF];
  return own * cosine + other * select(-sine, sine, at >= HALF);
}

/** Returns four values of a head's query. */
fn query(sequence: u32, head: u32, vector: u32) -> vec4<f32> { return rotated(sequence, head, vector); }

/**
 * Stores the newest key of a KV head in row `row` of the cache, and its value in the row that belongs to it, for all
 * threads of the workgroup to read. Workgroups that share the KV head each do so, and store the same.
 */
fn store_newest(sequence: u32, kv_head: u32, row: u32, thread: u32) {
  // The rows wait where the queries will: part p of row r, load by load, at [r * PARTS + p].
  for (var i = 0u; i < NEW_STEPS; i++) {
    let n = i * WORKGROUP_SIZE + thread;
    if (n < NEW_LOADS * PARTS) {
      let is_value = n >= LOADS_PER_ROW * PARTS;
      let at = n % (LOADS_PER_ROW * PARTS);
      let key_head = KV_HEADS * GROUP + kv_head;
      var four: vec4<f32>;
      if (is_value) { four = projected(sequence, key_head + KV_HEADS, at); } else { four = rotated(sequence, key_head, at); }
      queries_here[select(0u, PARTS, is_value) + at % PARTS][at / PARTS] = four;
    }
  }
  workgroupBarrier();
  for (var i = 0u; i < NEW_STEPS; i++) {
    let n = i * WORKGROUP_SIZE + thread;
    let new_row = n / LOADS_PER_ROW;
    let load = n % LOADS_PER_ROW;
    if (n < NEW_LOADS) { cache[(row + new_row * FIRST_VALUE_ROW) * LOADS_PER_ROW + load] = packed(new_row, load); }
    store_scales(n, row);
  }
  storageBarrier();
  workgroupBarrier();
}
