// Rotates the queries and keys of each sequence's new token, and writes its keys and values into the KV cache.
//
// Element i of the first half of what is rotated turns with element i of the second half (the "NeoX" pairs of
// GPT-NeoX, Llama and Qwen). A thread takes eight pairs: eight neighbours from each half, which are whole words in
// every format. A workgroup takes whole rows, because the scales of a row belong to different threads and share
// words.
//
// qkv is [sequence][queries, keys, values][row] in f32, as one fused projection leaves it. MLA has no values, and its
// keys are in a buffer of their own. A row of MLA has a latent before the rotated part; the halves of the latent are
// copied.
//
// The struct Sequence, and the functions `store` of the cache's format and `projected`, come before this text.
// Source of the formula: J. Su et al., "RoFormer", arXiv 2104.09864, §3.4.

override WORKGROUP_SIZE: u32;
override ROWS_PER_WORKGROUP: u32;
override ROWS: u32;
override QUERY_HEADS: u32;
override KV_HEADS: u32;
override HEADS_PER_TOKEN: u32;
override THREADS_PER_ROW: u32;
override LATENT_THREADS: u32;
override FIRST_VALUE_ROW: u32;

fn main(workgroup: u32, thread: u32) {
  let first_row = workgroup * ROWS_PER_WORKGROUP;
  if (first_row >= ROWS) { return; }
  // Rows beyond the last are read as the last, to stay in bounds, and not written.
  let row = min(first_row + thread / THREADS_PER_ROW, ROWS - 1u);
  let there = first_row + thread / THREADS_PER_ROW < ROWS;
  let head = row % HEADS_PER_TOKEN;
  let sequence = row / HEADS_PER_TOKEN;

  // These are the thread's two eights of the row. The first threads take those of the latent, the others those that are
  // rotated.
  let at = thread % THREADS_PER_ROW;
  let latent = at < LATENT_THREADS;
  let low = select(LATENT_THREADS + at, at, latent);
  let high = low + select(THREADS_PER_ROW - LATENT_THREADS, LATENT_THREADS, latent);
  let turned = !latent && head < QUERY_HEADS + KV_HEADS;
  let cosine = (sequence * (THREADS_PER_ROW - LATENT_THREADS) * 2u + select(at - LATENT_THREADS, 0u, latent)) * 2u;
  let sine = cosine + (THREADS_PER_ROW - LATENT_THREADS) * 2u;
  //#unroll I < VEC4S
  let from_low_I = projected(sequence, head, low * 2u + I);
  let from_high_I = projected(sequence, head, high * 2u + I);
  let cos_I = select(vec4<f32>(1.0), turns[cosine + I], turned);
  let sin_I = select(vec4<f32>(0.0), turns[sine + I], turned);
  let low_I = from_low_I * cos_I - from_high_I * sin_I;
  let high_I = from_high_I * cos_I + from_low_I * sin_I;
  //#end

  if (there && head < QUERY_HEADS) {
    let query = (sequence * QUERY_HEADS + head) * THREADS_PER_ROW * 2u;
    //#unroll I < VEC4S
    queries[(query + low) * 2u + I] = low_I;
    queries[(query + high) * 2u + I] = high_I;
    //#end
  }
  let kv_head = (head - QUERY_HEADS) % KV_HEADS;
  let place = sequences[sequence];
  let key_row = place.first_row + kv_head * place.rows_per_head + place.context - 1u;
  let cache_row = key_row + select(0u, FIRST_VALUE_ROW, head >= QUERY_HEADS + KV_HEADS);
  store(there && head >= QUERY_HEADS, thread, cache_row, low, high, low_0, low_1, high_0, high_1);
}
