// Flash-decoding, first half. One workgroup attends for HEADS query heads of one KV head, over one split of one
// sequence, in tiles of TILE positions. A thread takes four consecutive positions at a time (a quad), so that it has
// four loads in flight, and a value for each of the four is a vec4. Per tile:
//
// 1. Scores. KEY_LANES threads share a quad of keys and take neighbouring 16-byte loads of its rows. Each load serves
//    all HEADS queries, and each read of a query all four rows. The sums of the lanes are added up in workgroup
//    memory.
// 2. Values. VALUE_LANES threads share a quad of values, and a thread keeps HEADS × VALUE_PARTS sums of four columns.
//    The softmax is online and private: every thread follows the maximum of the scores that it has seen, and rescales
//    its sums when the maximum grows. So a tile needs no reduction except that of its scores.
//
// At the end the VALUE_QUADS groups of threads, which saw different positions, are combined once.
//
// A load has one scale, which is applied to its products. Scores are in bits (log2 e is in SCORE_SCALE), because
// hardware has exp2. The format's functions unpack_0 and on, cache_scale, and the struct Sequence, come before this
// text.

override WORKGROUP_SIZE: u32;
override SEQUENCES: u32;
override POSITIONS_PER_SPLIT: u32;
override WINDOW: u32;
override KV_HEADS: u32;
override GROUP: u32; // query heads of a KV head
override CHUNKS: u32;
override HEADS: u32;
override SCORE_SCALE: f32;
override TILE: u32;
override TILES: u32;
override PARTS: u32;
override LOADS_PER_ROW: u32;
override KEY_LANES: u32;
override KEY_QUADS: u32;
override KEY_STEPS: u32;
override FIRST_VALUE_ROW: u32;
override VALUE_SHARES: u32;
override VALUE_PARTS: u32;
override VALUE_LANES: u32;
override VALUE_QUADS: u32;
override VALUE_STEPS: u32;
// The sizes of arrays: HEADS times WORKGROUP_SIZE, TILE / 4 and VALUE_QUADS.
override SUMS: u32;
override SCORES: u32;
override TOPS: u32;

/** The score of a position that does not exist. It is finite, so that no difference of two is NaN; 2^MASKED is 0. */
const MASKED = -1e30;
const QUAD = vec4<u32>(0u, 1u, 2u, 3u);

/** The sums of head h and thread t, at h * WORKGROUP_SIZE + t: for a quad of keys, and in the end for four columns. */
var<workgroup> sums: array<vec4<f32>, SUMS>;
/** The scores of head h and quad q of the tile, at h * TILE / 4 + q. */
var<workgroup> scores: array<vec4<f32>, SCORES>;
/** The highest score of head h and group g of threads, at h * VALUE_QUADS + g. */
var<workgroup> tops: array<f32, TOPS>;
/** The weight of head h and group g, at h * VALUE_QUADS + g, relative to the highest score of all groups. */
var<workgroup> weights: array<f32, TOPS>;

/** Returns `load` with those words moved to the front that thread `share` of the sharing threads unpacks. */
fn shared_load(load: vec4<u32>, share: u32) -> vec4<u32> {
  let first_word = share * (4u / VALUE_SHARES);
  let half = select(load, load.zwxy, (first_word & 2u) != 0u);
  return select(half, half.yzwx, (first_word & 1u) != 0u);
}

fn main(workgroup: u32, thread: u32) {
  // If a workgroup does not take all heads of a group, neighbouring workgroups share the keys and values.
  let chunk = workgroup % CHUNKS;
  let kv_head = workgroup / CHUNKS % KV_HEADS;
  let numbered = workgroup / CHUNKS / KV_HEADS;

  // Splits are numbered through the batch, so that long sequences get many workgroups and none is idle.
  var sequence = 0u;
  var first_split = 0u;
  var all_splits = 0u;
  for (var s = 0u; s < SEQUENCES; s++) {
    sequence = select(sequence, s, all_splits <= numbered);
    first_split = select(first_split, all_splits, all_splits <= numbered);
    all_splits += (min(sequences[s].context, WINDOW) + POSITIONS_PER_SPLIT - 1u) / POSITIONS_PER_SPLIT;
  }
  if (numbered >= all_splits) { return; }
  let place = sequences[sequence];
  let head_row = place.first_row + kv_head * place.rows_per_head;
  let start = place.context - min(place.context, WINDOW) + (numbered - first_split) * POSITIONS_PER_SPLIT;
  let end = min(start + POSITIONS_PER_SPLIT, place.context);

  let key_lane = thread % KEY_LANES;
  let key_quad = thread / KEY_LANES;
  let value_lane = thread % VALUE_LANES;
  let value_quad = thread / VALUE_LANES;
  let value_load = value_lane / VALUE_SHARES;
  let share = value_lane % VALUE_SHARES;
  //#unroll H < HEADS
  // A chunk that the group does not fill computes its last head once more, and does not write it.
  let head_H = kv_head * GROUP + min(chunk * HEADS + H, GROUP - 1u);
  let query_H = (sequence * (KV_HEADS * GROUP) + head_H) * (LOADS_PER_ROW * PARTS);
  var highest_H = MASKED;
  var weight_H = 0.0;
  //#unroll P < VALUE_PARTS
  var sum_H_P = vec4<f32>(0.0);
  //#end
  //#end

  for (var tile = 0u; tile < TILES; tile++) {
    let tile_start = start + tile * TILE;
    if (tile_start >= end) { break; }
    // Positions beyond the end are read as the last, to stay in bounds, and masked.
    let last = end - 1u - tile_start;
    let tile_row = head_row + tile_start;

    for (var step = 0u; step < KEY_STEPS; step++) {
      let row = tile_row + min((step * KEY_QUADS + key_quad) * 4u + QUAD, vec4<u32>(last));
      //#unroll H < HEADS
      var score_H = vec4<f32>(0.0);
      //#end
      for (var i = 0u; i < LOADS_PER_ROW / KEY_LANES; i++) {
        let column = i * KEY_LANES + key_lane;
        //#unroll I < QUAD_ROWS
        let load_I = cache[row[I] * LOADS_PER_ROW + column];
        //#end
        let scale = vec4<f32>(
          cache_scale(row.x, column, 0u),
          cache_scale(row.y, column, 0u),
          cache_scale(row.z, column, 0u),
          cache_scale(row.w, column, 0u),
        );
        //#unroll H < HEADS
        var dot_H = vec4<f32>(0.0);
        //#end
        //#unroll P < PARTS
        //#unroll I < QUAD_ROWS
        let keys_I_P = unpack_P(load_I);
        //#end
        //#unroll H < HEADS
        let query_H_P = queries[query_H + column * PARTS + P];
        //#unroll I < QUAD_ROWS
        dot_H[I] += dot(keys_I_P, query_H_P);
        //#end
        //#end
        //#end
        //#unroll H < HEADS
        score_H = fma(scale, dot_H, score_H);
        //#end
      }
      //#unroll H < HEADS
      sums[H * WORKGROUP_SIZE + thread] = score_H;
      //#end
      workgroupBarrier();
      // Quad n belongs to head n / KEY_QUADS, and the sums of its lanes lie side by side. Neighbouring threads begin
      // with different lanes: if all began with the first, they would meet in one bank of memory.
      for (var i = 0u; i < (HEADS + KEY_LANES - 1u) / KEY_LANES; i++) {
        let n = i * WORKGROUP_SIZE + thread;
        if (n < HEADS * KEY_QUADS) {
          var score = vec4<f32>(0.0);
          for (var lane = 0u; lane < KEY_LANES; lane++) { score += sums[n * KEY_LANES + (lane + n) % KEY_LANES]; }
          let quad = step * KEY_QUADS + n % KEY_QUADS;
          let there = quad * 4u + QUAD <= vec4<u32>(last);
          scores[n / KEY_QUADS * (TILE / 4u) + quad] = select(vec4<f32>(MASKED), score * SCORE_SCALE, there);
        }
      }
      // The scores are written again only after the next step's first barrier, which no thread passes before all
      // threads are done with this tile.
      workgroupBarrier();
    }

    for (var step = 0u; step < VALUE_STEPS; step++) {
      let quad = step * VALUE_QUADS + value_quad;
      let row = FIRST_VALUE_ROW + tile_row + min(quad * 4u + QUAD, vec4<u32>(last));
      //#unroll I < QUAD_ROWS
      let load_I = shared_load(cache[row[I] * LOADS_PER_ROW + value_load], share);
      //#end
      let scale = vec4<f32>(
        cache_scale(row.x, value_load, 0u),
        cache_scale(row.y, value_load, 0u),
        cache_scale(row.z, value_load, 0u),
        cache_scale(row.w, value_load, 0u),
      );
      //#unroll H < HEADS
      let score_H = scores[H * (TILE / 4u) + quad];
      let top_H = max(highest_H, max(max(score_H.x, score_H.y), max(score_H.z, score_H.w)));
      let decay_H = exp2(highest_H - top_H);
      let weights_H = exp2(score_H - top_H);
      highest_H = top_H;
      weight_H = fma(weight_H, decay_H, dot(weights_H, vec4<f32>(1.0)));
      let scaled_H = weights_H * scale;
      //#end
      //#unroll P < VALUE_PARTS
      //#unroll I < QUAD_ROWS
      let values_I_P = unpack_P(load_I);
      //#end
      //#unroll H < HEADS
      sum_H_P *= decay_H;
      //#unroll I < QUAD_ROWS
      sum_H_P = fma(vec4<f32>(scaled_H[I]), values_I_P, sum_H_P);
      //#end
      //#end
      //#end
    }
  }

  //#unroll H < HEADS
  if (value_lane == 0u) { tops[H * VALUE_QUADS + value_quad] = highest_H; }
  //#end
  workgroupBarrier();
  // Each thread computes one exp2 per head. If every thread computed one for each group, there would be more than a
  // short split has positions.
  //#unroll H < HEADS
  var top_H = MASKED;
  for (var g = 0u; g < VALUE_QUADS; g++) { top_H = max(top_H, tops[H * VALUE_QUADS + g]); }
  let decay_H = exp2(highest_H - top_H);
  if (value_lane == 0u) { weights[H * VALUE_QUADS + value_quad] = weight_H * decay_H; }
  //#end
  workgroupBarrier();
  let heads = min(GROUP - chunk * HEADS, HEADS);
  let first_output = numbered * (KV_HEADS * GROUP) + kv_head * GROUP + chunk * HEADS;
  var lse_here = 0.0;
  //#unroll H < HEADS
  var total_H = 0.0;
  for (var g = 0u; g < VALUE_QUADS; g++) { total_H += weights[H * VALUE_QUADS + g]; }
  let share_H = decay_H / total_H;
  lse_here = select(lse_here, top_H + log2(total_H), thread == H);
  //#end
  if (thread < heads) { lse[first_output + thread] = lse_here; }

  // One part of all heads at a time, in a loop that is not unrolled: compilers take long over barriers.
  for (var part = 0u; part < VALUE_PARTS; part++) {
    //#unroll H < HEADS
    var sum_H = sum_H_0;
    //#unroll P < VALUE_PARTS
    sum_H = select(sum_H, sum_H_P, part == P);
    //#end
    sums[H * WORKGROUP_SIZE + thread] = sum_H * share_H;
    //#end
    workgroupBarrier();
    // Vector n belongs to head n / VALUE_LANES.
    for (var i = 0u; i < (HEADS * VALUE_LANES + WORKGROUP_SIZE - 1u) / WORKGROUP_SIZE; i++) {
      let n = i * WORKGROUP_SIZE + thread;
      let head = n / VALUE_LANES;
      if (head < heads) {
        var out = vec4<f32>(0.0);
        for (var g = 0u; g < VALUE_QUADS; g++) {
          out += sums[head * WORKGROUP_SIZE + g * VALUE_LANES + n % VALUE_LANES];
        }
        partial[((first_output + head) * VALUE_LANES + n % VALUE_LANES) * VALUE_PARTS + part] = out;
      }
    }
    workgroupBarrier();
  }
}
