// Rotary embedding of queries and keys, and the step's new row of the KV cache, for each sequence's new token. Value i
// of a head turns with value i + headDim/2 (the "NeoX" pairing of GPT-NeoX, Llama and Qwen). A thread takes two such
// pairs: two neighbours from each half of a head, which are one word of f16 in the cache.
// qkv is [sequence][queries, keys, values][headDim] in f32, as one fused projection leaves it.
// Source of the formula: J. Su et al., "RoFormer", arXiv 2104.09864, §3.4.

override WORKGROUP_SIZE: u32;
override THREADS: u32;
override HEADS: u32;
override KV_HEADS: u32;
override HALF_VEC2S: u32; // vec2s, or words of f16, in half a head
override CAPACITY: u32;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let thread = (workgroup.y * workgroups.x + workgroup.x) * WORKGROUP_SIZE + local;
  if (thread >= THREADS) { return; }
  let at = thread % HALF_VEC2S;
  let row = thread / HALF_VEC2S;
  let head = row % (HEADS + 2u * KV_HEADS);
  let sequence = row / (HEADS + 2u * KV_HEADS);

  let low = qkv[row * (2u * HALF_VEC2S) + at];
  let high = qkv[row * (2u * HALF_VEC2S) + HALF_VEC2S + at];
  let turn = turns[sequence * HALF_VEC2S + at];
  let turned_low = low * turn.xy - high * turn.zw;
  let turned_high = high * turn.xy + low * turn.zw;

  if (head < HEADS) {
    let query = (sequence * HEADS + head) * (2u * HALF_VEC2S) + at;
    queries[query] = turned_low;
    queries[query + HALF_VEC2S] = turned_high;
    return;
  }
  let kv_head = (head - HEADS) % KV_HEADS;
  let word = ((sequence * KV_HEADS + kv_head) * CAPACITY + positions[sequence]) * (2u * HALF_VEC2S) + at;
  if (head < HEADS + KV_HEADS) {
    keys[word] = pack2x16float(turned_low);
    keys[word + HALF_VEC2S] = pack2x16float(turned_high);
  } else {
    values[word] = pack2x16float(low);
    values[word + HALF_VEC2S] = pack2x16float(high);
  }
}
