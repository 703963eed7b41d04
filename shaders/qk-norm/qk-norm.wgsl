// RMSNorm of each query head and each key head by itself; values are copied. A thread has four elements of a row, and a
// workgroup has whole rows. qkv is [token][queries, keys, values][row], as one fused projection leaves it.
// Source: Qwen3 technical report, arXiv 2505.09388, §2 (QK-Norm).

override WORKGROUP_SIZE: u32;
override ROWS_PER_WORKGROUP: u32;
override THREADS_PER_ROW: u32;
override HALVINGS: u32;
override ROWS: u32;
override QUERY_HEADS: u32;
override KV_HEADS: u32;
override EPSILON: f32;

var<workgroup> partial: array<f32, WORKGROUP_SIZE>;

fn main(workgroup: u32, thread: u32) {
  let first_row = workgroup * ROWS_PER_WORKGROUP;
  if (first_row >= ROWS) { return; }
  // Rows beyond the last are read as the last, to stay in bounds, and not written.
  let row = min(first_row + thread / THREADS_PER_ROW, ROWS - 1u);
  let at = thread % THREADS_PER_ROW;
  let x = qkv[row * THREADS_PER_ROW + at];
  partial[thread] = dot(x, x);
  for (var halving = 0u; halving < HALVINGS; halving++) {
    let half = THREADS_PER_ROW >> (halving + 1u);
    workgroupBarrier();
    if (at < half) { partial[thread] += partial[thread + half]; }
  }
  workgroupBarrier();
  let scale = inverseSqrt(partial[thread - at] / f32(THREADS_PER_ROW * 4u) + EPSILON);
  let head = row % (QUERY_HEADS + 2u * KV_HEADS);
  let weight = select(key_weight[at], query_weight[at], head < QUERY_HEADS);
  let factor = select(vec4<f32>(1.0), scale * weight, head < QUERY_HEADS + KV_HEADS);
  if (first_row + thread / THREADS_PER_ROW < ROWS) { y[row * THREADS_PER_ROW + at] = x * factor; }
}
