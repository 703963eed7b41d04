// Flash-decoding, first half: one workgroup attends for HEADS query heads of one KV head over one split of one
// sequence, in tiles of TILE positions. Per tile:
//
// 1. Scores. KEY_LANES threads share a row of keys and take neighbouring 16-byte loads of it; a thread has
//    LOADS_IN_FLIGHT rows in flight and uses each load for all HEADS queries, and each read of a query for all those
//    rows. The lanes' sums meet in workgroup memory.
// 2. Values. VALUE_LANES threads share a row of values, and a thread keeps HEADS × VALUE_PARTS sums of four columns.
//    The softmax is online and private: every thread follows the maximum of the positions that it has seen and
//    rescales its sums when that grows, so that a tile costs two barriers and no reduction.
//
// At the end the VALUE_ROWS groups of threads, which saw different positions, are combined once.
//
// Scores are in bits (log2 e is in SCORE_SCALE), since exp2 is what hardware has. The format's unpack_0 … and
// cache_scale stand before this text; rows of values follow the rows of keys in the cache, or are the keys (MLA).

override WORKGROUP_SIZE: u32;
override WORKGROUPS: u32;
override SEQUENCES: u32;
override POSITIONS_PER_SPLIT: u32;
override WINDOW: u32;
override KV_HEADS: u32;
override QUERY_HEADS: u32;
override CHUNKS: u32;
override HEADS: u32;
override SCORE_SCALE: f32;
override LOADS_IN_FLIGHT: u32;
override TILE: u32;
override TILES: u32;
override PARTS: u32;
override LOADS_PER_ROW: u32;
override KEY_LANES: u32;
override KEY_ROWS: u32;
override KEY_STEPS: u32;
override FIRST_VALUE_ROW: u32;
override VALUE_VECTORS: u32;
override VALUE_SHARES: u32;
override VALUE_PARTS: u32;
override VALUE_LANES: u32;
override VALUE_ROWS: u32;
override VALUE_STEPS: u32;
override SCRATCH: u32;

/** Score of a position that is not there: finite, so that no difference of two is NaN; 2^MASKED is 0. */
const MASKED = -1e30;

var<workgroup> scratch: array<f32, SCRATCH>;
/** Of head h at position t of the tile: scores[h * TILE + t]. */
var<workgroup> scores: array<f32, HEADS * TILE>;

fn dot_add(a: vec4<f32>, b: vec4<f32>, sum: f32) -> f32 {
  return fma(a.x, b.x, fma(a.y, b.y, fma(a.z, b.z, fma(a.w, b.w, sum))));
}

/** The words of a load that thread `share` of those who share it unpacks, moved to the front. */
fn shared_load(load: vec4<u32>, share: u32) -> vec4<u32> {
  let first_word = share * (4u / VALUE_SHARES);
  let half = select(load, load.zwxy, (first_word & 2u) != 0u);
  return select(half, half.yzwx, (first_word & 1u) != 0u);
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup_id: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
) {
  let workgroup = workgroup_id.y * workgroups.x + workgroup_id.x;
  if (workgroup >= WORKGROUPS) { return; }
  let chunk = workgroup % CHUNKS;
  let kv_head = workgroup / CHUNKS % KV_HEADS;

  // Splits are numbered through the batch, so that long sequences get many and no workgroup is idle.
  var split = workgroup / CHUNKS / KV_HEADS;
  var sequence = 0u;
  var sequence_row = 0u;
  for (var s = 0u; s < SEQUENCES; s++) {
    let splits = (min(contexts[s], WINDOW) + POSITIONS_PER_SPLIT - 1u) / POSITIONS_PER_SPLIT;
    if (split < splits) { break; }
    split -= splits;
    sequence_row += contexts[s] * KV_HEADS;
    sequence += 1u;
  }
  let context = contexts[sequence];
  let head_row = sequence_row + kv_head * context;
  let start = context - min(context, WINDOW) + split * POSITIONS_PER_SPLIT;
  let end = min(start + POSITIONS_PER_SPLIT, context);

  let key_lane = thread % KEY_LANES;
  let key_row = thread / KEY_LANES;
  let value_lane = thread % VALUE_LANES;
  let value_row = thread / VALUE_LANES;
  let value_load = value_lane / VALUE_SHARES;
  let share = value_lane % VALUE_SHARES;
  //#unroll H < HEADS
  let query_H = (sequence * QUERY_HEADS + (kv_head * CHUNKS + chunk) * HEADS + H) * (LOADS_PER_ROW * PARTS);
  var highest_H = MASKED;
  var weight_H = 0.0;
  //#unroll P < VALUE_PARTS
  var sum_H_P = vec4<f32>(0.0);
  //#end
  //#end

  for (var tile = 0u; tile < TILES; tile++) {
    let tile_start = start + tile * TILE;
    if (tile_start >= end) { break; }
    // Positions beyond the end are read as the last, in bounds, and masked.
    let last = end - 1u - tile_start;
    let tile_row = head_row + tile_start;

    for (var step = 0u; step < KEY_STEPS; step++) {
      let first = step * (KEY_ROWS * LOADS_IN_FLIGHT);
      //#unroll I < LOADS_IN_FLIGHT
      let key_I = tile_row + min(first + I * KEY_ROWS + key_row, last);
      //#unroll H < HEADS
      var score_I_H = 0.0;
      //#end
      //#end
      for (var i = 0u; i < LOADS_PER_ROW / KEY_LANES; i++) {
        let column = i * KEY_LANES + key_lane;
        //#unroll I < LOADS_IN_FLIGHT
        let load_I = cache[key_I * LOADS_PER_ROW + column];
        //#end
        //#unroll P < PARTS
        //#unroll I < LOADS_IN_FLIGHT
        let keys_I_P = unpack_P(load_I) * cache_scale(key_I, column, P);
        //#end
        //#unroll H < HEADS
        let query_H_P = queries[query_H + column * PARTS + P];
        //#unroll I < LOADS_IN_FLIGHT
        score_I_H = dot_add(keys_I_P, query_H_P, score_I_H);
        //#end
        //#end
        //#end
      }
      //#unroll I < LOADS_IN_FLIGHT
      //#unroll H < HEADS
      scratch[(I * HEADS + H) * WORKGROUP_SIZE + thread] = score_I_H;
      //#end
      //#end
      workgroupBarrier();
      // Score n is of head (n / KEY_ROWS) % HEADS; its lanes' sums lie side by side.
      for (var i = 0u; i < (LOADS_IN_FLIGHT * HEADS + KEY_LANES - 1u) / KEY_LANES; i++) {
        let n = i * WORKGROUP_SIZE + thread;
        if (n < LOADS_IN_FLIGHT * HEADS * KEY_ROWS) {
          var score = 0.0;
          for (var lane = 0u; lane < KEY_LANES; lane++) { score += scratch[n * KEY_LANES + lane]; }
          let slot = n / KEY_ROWS;
          let position = first + slot / HEADS * KEY_ROWS + n % KEY_ROWS;
          scores[slot % HEADS * TILE + position] = select(MASKED, score * SCORE_SCALE, position <= last);
        }
      }
      // The next write of the scores is behind the next step's first barrier, which no thread passes before all are
      // done with this tile.
      workgroupBarrier();
    }

    for (var step = 0u; step < VALUE_STEPS; step++) {
      let first = step * (VALUE_ROWS * LOADS_IN_FLIGHT) + value_row;
      //#unroll I < LOADS_IN_FLIGHT
      let position_I = first + I * VALUE_ROWS;
      let value_I = FIRST_VALUE_ROW + tile_row + min(position_I, last);
      let load_I = cache[value_I * LOADS_PER_ROW + value_load];
      //#end
      //#unroll H < HEADS
      let before_H = highest_H;
      //#unroll I < LOADS_IN_FLIGHT
      let score_I_H = scores[H * TILE + position_I];
      highest_H = max(highest_H, score_I_H);
      //#end
      let decay_H = exp2(before_H - highest_H);
      weight_H *= decay_H;
      //#unroll P < VALUE_PARTS
      sum_H_P *= decay_H;
      //#end
      //#unroll I < LOADS_IN_FLIGHT
      let weight_I_H = exp2(score_I_H - highest_H);
      weight_H += weight_I_H;
      //#end
      //#end
      //#unroll I < LOADS_IN_FLIGHT
      let words_I = shared_load(load_I, share);
      //#unroll P < VALUE_PARTS
      let values_I_P = unpack_P(words_I) * cache_scale(value_I, value_load, share * VALUE_PARTS + P);
      //#unroll H < HEADS
      sum_H_P = fma(vec4<f32>(weight_I_H), values_I_P, sum_H_P);
      //#end
      //#end
      //#end
    }
  }

  // Combine: the highest score of all groups, then their weights relative to it, then their sums.
  workgroupBarrier();
  //#unroll H < HEADS
  if (value_lane == 0u) { scratch[H * VALUE_ROWS + value_row] = highest_H; }
  //#end
  workgroupBarrier();
  //#unroll H < HEADS
  var top_H = MASKED;
  for (var group = 0u; group < VALUE_ROWS; group++) { top_H = max(top_H, scratch[H * VALUE_ROWS + group]); }
  let share_H = exp2(highest_H - top_H);
  //#end
  workgroupBarrier();
  //#unroll H < HEADS
  if (value_lane == 0u) { scratch[H * VALUE_ROWS + value_row] = weight_H * share_H; }
  //#end
  workgroupBarrier();
  //#unroll H < HEADS
  var total_H = 0.0;
  for (var group = 0u; group < VALUE_ROWS; group++) { total_H += scratch[H * VALUE_ROWS + group]; }
  if (thread == H) { lse[workgroup * HEADS + H] = top_H + log2(total_H); }
  //#end

  //#unroll P < VALUE_PARTS
  workgroupBarrier();
  //#unroll H < HEADS
  let mine_H_P = sum_H_P * (share_H / total_H);
  scratch[(H * 4 + 0) * WORKGROUP_SIZE + thread] = mine_H_P.x;
  scratch[(H * 4 + 1) * WORKGROUP_SIZE + thread] = mine_H_P.y;
  scratch[(H * 4 + 2) * WORKGROUP_SIZE + thread] = mine_H_P.z;
  scratch[(H * 4 + 3) * WORKGROUP_SIZE + thread] = mine_H_P.w;
  //#end
  workgroupBarrier();
  // Row n of the scratch is component n % 4 of head n / 4.
  for (var i = 0u; i < (4u * HEADS + VALUE_ROWS - 1u) / VALUE_ROWS; i++) {
    let n = i * VALUE_ROWS + value_row;
    if (n < 4u * HEADS) {
      var out = 0.0;
      for (var group = 0u; group < VALUE_ROWS; group++) {
        out += scratch[n * WORKGROUP_SIZE + group * VALUE_LANES + value_lane];
      }
      let vector = (workgroup * HEADS + n / 4u) * VALUE_VECTORS + value_lane * VALUE_PARTS + P;
      partial[vector * 4u + n % 4u] = out;
    }
  }
  //#end
}
