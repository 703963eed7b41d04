// Flash-decoding, first half. One workgroup attends for HEADS query heads of one KV head, over one split of one
// sequence. A thread takes ROWS consecutive positions at a time (a bundle), and what it has of each is a `Rows`.
//
// 1. Scores. KEY_LANES threads share a bundle of keys and take neighbouring 16-byte loads of its rows. Each load serves
//    all HEADS queries, and each read of a query all rows. Queries wait in workgroup memory, where the sums of the lanes
//    are added up, too.
// 2. Softmax. SOFTMAX_LANES threads share a head, and turn its scores into weights where they lie.
// 3. Values. VALUE_LANES threads share a bundle of values, and a thread keeps HEADS × VALUE_PARTS sums of four columns.
//    At the end the VALUE_BUNDLES groups of threads, which saw different positions, are combined.
//
// All scores are there before the first value is read. So no sum of values is alive while keys are read, which halves
// the registers, and an exponential is computed once and not by every thread that shares a row. Loads come before all
// that uses them: KEY_LOADS of each row of a bundle of keys, and all rows of BUNDLES_IN_FLIGHT bundles of values.
//
// A load has one scale, which is applied to its products. Scores are in bits (log2 e is in SCORE_SCALE), because
// hardware has exp2. The format's functions unpack_0 and on, cache_scale, the struct Sequence, LOADS_PER_ROW, and the
// functions `query` and `store_newest` come before this text.

override WORKGROUP_SIZE: u32;
override SEQUENCES: u32;
override POSITIONS_PER_SPLIT: u32;
override WINDOW: u32;
override KV_HEADS: u32;
override GROUP: u32; // query heads of a KV head
override CHUNKS: u32;
override HEADS: u32;
override HEADS_AT_ONCE: u32; // in `sums`
override SCORE_SCALE: f32;
override ROWS: u32;
override PARTS: u32;
override QUERY_STEPS: u32;
override KEY_LANES: u32;
override KEY_LOADS: u32;
override KEY_BUNDLES: u32;
override KEY_STEPS: u32;
override BUNDLE_RUN: u32;
override SOFTMAX_LANES: u32;
override SOFTMAX_STEPS: u32;
override FIRST_VALUE_ROW: u32;
override VALUE_SHARES: u32;
override VALUE_PARTS: u32;
override VALUE_LANES: u32;
override VALUE_BUNDLES: u32;
override VALUE_STEPS: u32;
override BUNDLES_IN_FLIGHT: u32;
override BUNDLES: u32; // of a head in `scores`
// The sizes of arrays.
override QUERY_PARTS: u32;
override SUMS: u32;
override SCORES: u32;

//#unroll X < ROWS_ARE_TWO
alias Rows = vec2<f32>;
//#end
//#unroll X < ROWS_ARE_FOUR
alias Rows = vec4<f32>;
//#end

/** The score of a position that does not exist. It is finite, so that no difference of two is NaN; 2^MASKED is 0. */
const MASKED = -1e30;

/**
 * Part p of the queries of head h, load by load as in a key, at [h * PARTS + p]. Behind the keys, what its softmax found:
 * in its vector l the highest score that lane l has seen, in vector SOFTMAX_LANES + l the sum of the weights it has made.
 * In the end, the sum of all weights is in vector 0.
 */
var<workgroup> queries_here: array<array<vec4<f32>, LOADS_PER_ROW>, QUERY_PARTS>;
/**
 * For bundle b of keys and head h of a turn, the sums of lane l at place_of(h * KEY_BUNDLES + b) + l * BUNDLE_RUN. In the end,
 * for head h of a turn and thread t, the sums of ROWS columns, at h * WORKGROUP_SIZE + t.
 */
var<workgroup> sums: array<Rows, SUMS>;
/** The scores of head h and bundle b, at h * BUNDLES + b; then their weights. What is beyond the split stays zero. */
var<workgroup> scores: array<Rows, SCORES>;

/** Returns what thread `share` of the sharing threads unpacks of a load of values, moved to the front. */
fn values_of(load: u32, share: u32) -> vec4<u32> {
  if (VALUE_SHARES == 1u) { return cache[load]; }
  if (VALUE_SHARES == 2u) {
    let first = 2u * share;
    return vec4<u32>(cache[load][first], cache[load][first + 1u], 0u, 0u);
  }
  let per_word = max(VALUE_SHARES / 4u, 1u);
  return vec4<u32>(cache[load][share / per_word] >> (share % per_word * (32u / per_word)), 0u, 0u, 0u);
}

/**
 * The index in `sums` of lane 0's sums, for a bundle of keys of a head, counted through all heads. BUNDLE_RUN bundles lie
 * beside each other, then those of the next lane: neither who writes them nor who reads them meets many others in a bank.
 */
fn place_of(bundle: u32) -> u32 { return bundle / BUNDLE_RUN * (BUNDLE_RUN * KEY_LANES) + bundle % BUNDLE_RUN; }

/** What the softmax of a head has left in vector `vector` of its queries. */
fn found(head: u32, vector: u32) -> f32 { return queries_here[head * PARTS + vector % PARTS][vector / PARTS].x; }

fn keep(head: u32, vector: u32, value: f32) { queries_here[head * PARTS + vector % PARTS][vector / PARTS].x = value; }

/** The highest score of a head. */
fn top_of(head: u32) -> f32 {
  var top = MASKED;
  for (var lane = 0u; lane < SOFTMAX_LANES; lane++) { top = max(top, found(head, lane)); }
  return top;
}

/** The sum of the weights of a head. */
fn total_of(head: u32) -> f32 {
  var total = 0.0;
  for (var lane = 0u; lane < SOFTMAX_LANES; lane++) { total += found(head, SOFTMAX_LANES + lane); }
  return total;
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
  let start = place.context - min(place.context, WINDOW) + (numbered - first_split) * POSITIONS_PER_SPLIT;
  // Positions beyond the end are read as the last, to stay in bounds, and masked.
  let last = min(POSITIONS_PER_SPLIT, place.context - start) - 1u;
  let first_row = place.first_row + kv_head * place.rows_per_head + start;

  // The newest position is the last of its sequence. From here on it is read as all others are.
  if (start + last + 1u == place.context) { store_newest(sequence, kv_head, first_row + last, thread); }

  // Vector n is part n % PARTS of load n / PARTS, counted through all heads.
  for (var i = 0u; i < QUERY_STEPS; i++) {
    let n = i * WORKGROUP_SIZE + thread;
    if (n < QUERY_PARTS * LOADS_PER_ROW) {
      let here = n / (LOADS_PER_ROW * PARTS);
      // A chunk that the group does not fill computes its last head once more, and does not write it.
      let head = kv_head * GROUP + min(chunk * HEADS + here, GROUP - 1u);
      let at = n % (LOADS_PER_ROW * PARTS);
      queries_here[here * PARTS + at % PARTS][at / PARTS] =
        query(sequence, head, at);
    }
  }
  workgroupBarrier();

  let key_lane = thread % KEY_LANES;
  let key_bundle = thread / KEY_LANES;
  // These bounds always hold. They are written out so that compilers need not check each use.
  let own_place = min(place_of(key_bundle) + key_lane * BUNDLE_RUN, WORKGROUP_SIZE - 1u);
  let first_place = min(place_of(thread), SUMS - 1u - (KEY_LANES - 1u) * BUNDLE_RUN);
  for (var step = 0u; step < KEY_STEPS; step++) {
    let first_bundle = step * KEY_BUNDLES;
    if (first_bundle * ROWS > last) { break; }
    let first = (first_bundle + key_bundle) * ROWS;
    //#unroll H < HEADS
    var score_H = Rows(0.0);
    //#end
    if (first <= last) {
      //#unroll I < ROWS
      let row_I = first_row + min(first + I, last);
      //#end
      for (var i = 0u; i < LOADS_PER_ROW / (KEY_LANES * KEY_LOADS); i++) {
        //#unroll L < KEY_LOADS
        let column_L = (i * KEY_LOADS + L) * KEY_LANES + key_lane;
        //#unroll I < ROWS
        let load_I_L = cache[row_I * LOADS_PER_ROW + column_L];
        //#end
        //#end
        //#unroll L < KEY_LOADS
        var scale_L: Rows;
        //#unroll I < ROWS
        scale_L[I] = cache_scale(row_I, column_L, 0u);
        //#end
        //#end
        //#unroll L < KEY_LOADS
        //#unroll H < HEADS
        var dot_H_L = Rows(0.0);
        //#end
        //#unroll P < PARTS
        //#unroll I < ROWS
        let keys_I_L_P = unpack_P(load_I_L);
        //#end
        //#unroll H < HEADS
        let query_H_L_P = queries_here[H * PARTS + P][column_L];
        //#unroll C < COMPONENTS
        //#unroll I < ROWS
        dot_H_L[I] = fma(keys_I_L_P[C], query_H_L_P[C], dot_H_L[I]);
        //#end
        //#end
        //#end
        //#end
        //#unroll H < HEADS
        score_H = fma(scale_L, dot_H_L, score_H);
        //#end
        //#end
      }
      // The first turn begins here: behind the branch, sums would take Intel's compiler 2 to 4 % more instructions (Mesa 25.0).
      //#unroll H < HEADS
      if (H < HEADS_AT_ONCE) { sums[H * WORKGROUP_SIZE + own_place] = score_H; }
      //#end
    }
    // Heads in turns, where the sums of all would leave no room for other workgroups.
    //#unroll T < HEAD_TURNS
    if (T > 0u && first <= last) {
      //#unroll H < HEADS
      if (H / HEADS_AT_ONCE == T) { sums[H % HEADS_AT_ONCE * WORKGROUP_SIZE + own_place] = score_H; }
      //#end
    }
    workgroupBarrier();
    // Bundle n belongs to head n / KEY_BUNDLES of the turn.
    for (var i = 0u; i < (HEADS_AT_ONCE + KEY_LANES - 1u) / KEY_LANES; i++) {
      let n = i * WORKGROUP_SIZE + thread;
      let head = T * HEADS_AT_ONCE + n / KEY_BUNDLES;
      let bundle = first_bundle + n % KEY_BUNDLES;
      if (n < min(HEADS_AT_ONCE, HEADS - T * HEADS_AT_ONCE) * KEY_BUNDLES && bundle * ROWS <= last) {
        var score = Rows(0.0);
        let place = i * (WORKGROUP_SIZE * KEY_LANES) + first_place;
        for (var lane = 0u; lane < KEY_LANES; lane++) { score += sums[place + lane * BUNDLE_RUN]; }
        score *= SCORE_SCALE;
        //#unroll I < ROWS
        score[I] = select(MASKED, score[I], bundle * ROWS + I <= last);
        //#end
        scores[head * BUNDLES + bundle] = score;
      }
    }
    workgroupBarrier();
    //#end
  }

  let softmax_head = thread / SOFTMAX_LANES;
  let softmax_lane = thread % SOFTMAX_LANES;
  if (softmax_head < HEADS) {
    var highest = Rows(MASKED);
    for (var step = 0u; step < SOFTMAX_STEPS; step++) {
      let bundle = step * SOFTMAX_LANES + softmax_lane;
      if (bundle * ROWS > last) { break; }
      highest = max(highest, scores[softmax_head * BUNDLES + bundle]);
    }
    var top = MASKED;
    //#unroll I < ROWS
    top = max(top, highest[I]);
    //#end
    keep(softmax_head, softmax_lane, top);
  }
  workgroupBarrier();
  if (softmax_head < HEADS) {
    let top = top_of(softmax_head);
    var total = Rows(0.0);
    for (var step = 0u; step < SOFTMAX_STEPS; step++) {
      let bundle = step * SOFTMAX_LANES + softmax_lane;
      if (bundle * ROWS > last) { break; }
      let weight = exp2(scores[softmax_head * BUNDLES + bundle] - top);
      scores[softmax_head * BUNDLES + bundle] = weight;
      total += weight;
    }
    keep(softmax_head, SOFTMAX_LANES + softmax_lane, dot(total, Rows(1.0)));
  }
  workgroupBarrier();

  let value_lane = thread % VALUE_LANES;
  let value_bundle = thread / VALUE_LANES;
  let value_load = value_lane / VALUE_SHARES;
  let share = value_lane % VALUE_SHARES;
  //#unroll H < HEADS
  //#unroll P < VALUE_PARTS
  var sum_H_P = vec4<f32>(0.0);
  //#end
  //#end
  for (var step = 0u; step < VALUE_STEPS; step++) {
    let first_bundle = step * (BUNDLES_IN_FLIGHT * VALUE_BUNDLES) + value_bundle;
    if (first_bundle * ROWS > last) { break; }
    //#unroll B < BUNDLES_IN_FLIGHT
    let bundle_B = first_bundle + B * VALUE_BUNDLES;
    //#unroll I < ROWS
    let row_B_I = FIRST_VALUE_ROW + first_row + min(bundle_B * ROWS + I, last);
    let load_B_I = values_of(row_B_I * LOADS_PER_ROW + value_load, share);
    //#end
    //#end
    //#unroll B < BUNDLES_IN_FLIGHT
    var scale_B: Rows;
    //#unroll I < ROWS
    scale_B[I] = cache_scale(row_B_I, value_load, 0u);
    //#end
    //#end
    //#unroll B < BUNDLES_IN_FLIGHT
    //#unroll H < HEADS
    let weight_B_H = scores[H * BUNDLES + bundle_B] * scale_B;
    //#end
    //#unroll I < ROWS
    //#unroll P < VALUE_PARTS
    let values_B_I_P = unpack_P(load_B_I);
    //#unroll H < HEADS
    sum_H_P = fma(vec4<f32>(weight_B_H[I]), values_B_I_P, sum_H_P);
    //#end
    //#end
    //#end
    //#end
  }

  let heads = min(GROUP - chunk * HEADS, HEADS);
  let first_output = numbered * (KV_HEADS * GROUP) + kv_head * GROUP + chunk * HEADS;
  if (thread < heads) {
    let total = total_of(thread);
    lse[first_output + thread] = top_of(thread) + log2(total);
    keep(thread, 0u, total);
  }

  // ROWS columns of all heads at a time. The parts are in a loop that is not unrolled: compilers take long over barriers.
  for (var part = 0u; part < VALUE_PARTS; part++) {
    //#unroll H < HEADS
    var sum_H = sum_H_0;
    //#unroll P < VALUE_PARTS
    sum_H = select(sum_H, sum_H_P, part == P);
    //#end
    //#end
    //#unroll X < ROWS_IN_FOUR
    //#unroll T < HEAD_TURNS
    // All threads must have read the sums before.
    if (part > 0u || X > 0u || T > 0u) { workgroupBarrier(); }
    //#unroll H < HEADS
    var columns_H_X_T: Rows;
    //#unroll I < ROWS
    columns_H_X_T[I] = sum_H[X * 2 + I];
    //#end
    if (H / HEADS_AT_ONCE == T) { sums[H % HEADS_AT_ONCE * WORKGROUP_SIZE + thread] = columns_H_X_T; }
    //#end
    workgroupBarrier();
    // Columns n belong to head n / VALUE_LANES of the turn.
    for (var i = 0u; i < (HEADS_AT_ONCE * VALUE_LANES + WORKGROUP_SIZE - 1u) / WORKGROUP_SIZE; i++) {
      let n = i * WORKGROUP_SIZE + thread;
      let here = n / VALUE_LANES;
      let head = T * HEADS_AT_ONCE + here;
      if (here < min(HEADS_AT_ONCE, HEADS - T * HEADS_AT_ONCE) && head < heads) {
        var sum = Rows(0.0);
        for (var b = 0u; b < VALUE_BUNDLES; b++) {
          sum += sums[here * WORKGROUP_SIZE + b * VALUE_LANES + n % VALUE_LANES];
        }
        sum /= found(head, 0u);
        let at = ((first_output + head) * VALUE_LANES + n % VALUE_LANES) * VALUE_PARTS + part;
        //#unroll I < ROWS
        partial[at][X * 2 + I] = sum[I];
        //#end
      }
    }
    //#end
    //#end
  }
}
