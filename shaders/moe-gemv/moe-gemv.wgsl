// y[pair] = W[expert] x[token] for every pair (token, slot) of a batch. x is [token][columns], y is [pair][ROWS], and W
// holds the experts one after another.
//
// The CPU sorted the pairs by expert, into tiles of up to TILE_WIDTH: a workgroup takes a block of rows of one tile's
// expert and reads them once for all its pairs, as gemv does for a batch. Tiles of one expert are neighbours, and
// workgroups run through all tiles before the next block of rows, so that an expert's second tile finds its rows in
// the cache. Inside, as in gemv: LANES threads walk ROWS_PER_GROUP rows together, LOADS_IN_FLIGHT loads at a time.
// Before this text stand unpack_0 … unpack_{PARTS−1} and weights_scale of the format.

override WORKGROUP_SIZE: u32;
override LANES: u32;
override ROWS_PER_GROUP: u32;
override LOADS_IN_FLIGHT: u32;
override TILE_WIDTH: u32;
override TILES: u32;
override FIRST_TILE_WORD: u32;
override WORDS_PER_TILE: u32;
override PARTS: u32;
override PARTS_PER_SCALE: u32;
override ACTIVE: u32;
override X_STRIDE: u32;
override ROWS: u32;
override LOADS_PER_ROW: u32;
override FULL_STEPS: u32;
override WORKGROUPS: u32;

var<workgroup> partial: array<f32, WORKGROUP_SIZE * TILE_WIDTH>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup_id: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
) {
  let workgroup = workgroup_id.y * workgroups.x + workgroup_id.x;
  if (workgroup >= WORKGROUPS) { return; }
  let lane = thread % LANES;
  let group = workgroup / TILES * (WORKGROUP_SIZE / LANES) + thread / LANES;

  let tile = FIRST_TILE_WORD + workgroup % TILES * WORDS_PER_TILE;
  let expert = tiles[tile];
  let pairs = tiles[tile + 1u];
  //#unroll C < TILE_WIDTH
  let x_of_C = tiles[tile + 2u + C] / ACTIVE * X_STRIDE;
  //#end

  // Rows beyond the expert's last are read as its last, in bounds, and not written.
  //#unroll R < ROWS_PER_GROUP
  let row_R = group * ROWS_PER_GROUP + R;
  let read_R = expert * ROWS + min(row_R, ROWS - 1u);
  //#unroll C < TILE_WIDTH
  var sum_R_C = 0.0;
  //#end
  //#end

  for (var step = 0u; step < FULL_STEPS; step++) {
    let first = step * (LANES * LOADS_IN_FLIGHT) + lane;
    //#unroll I < LOADS_IN_FLIGHT
    let at_I = first + I * LANES;
    //#unroll R < ROWS_PER_GROUP
    let load_I_R = weights[read_R * LOADS_PER_ROW + at_I];
    //#end
    //#end
    //#unroll I < LOADS_IN_FLIGHT
    //#unroll P < PARTS
    //#unroll R < ROWS_PER_GROUP
    let w_I_P_R = unpack_P(load_I_R);
    let scale_I_P_R = weights_scale(read_R, at_I, P / PARTS_PER_SCALE * PARTS_PER_SCALE);
    //#end
    //#unroll C < TILE_WIDTH
    let x_I_P_C = x[x_of_C + at_I * PARTS + P];
    //#unroll R < ROWS_PER_GROUP
    sum_R_C = fma(scale_I_P_R, dot(w_I_P_R, x_I_P_C), sum_R_C);
    //#end
    //#end
    //#end
    //#end
  }
  // The ragged end of the row, one guarded load at a time.
  for (var step = 0u; step < LOADS_IN_FLIGHT; step++) {
    let at = (FULL_STEPS * LOADS_IN_FLIGHT + step) * LANES + lane;
    if (at < LOADS_PER_ROW) {
      //#unroll R < ROWS_PER_GROUP
      let load_R = weights[read_R * LOADS_PER_ROW + at];
      //#end
      //#unroll P < PARTS
      //#unroll R < ROWS_PER_GROUP
      let w_P_R = unpack_P(load_R);
      let scale_P_R = weights_scale(read_R, at, P / PARTS_PER_SCALE * PARTS_PER_SCALE);
      //#end
      //#unroll C < TILE_WIDTH
      let x_P_C = x[x_of_C + at * PARTS + P];
      //#unroll R < ROWS_PER_GROUP
      sum_R_C = fma(scale_P_R, dot(w_P_R, x_P_C), sum_R_C);
      //#end
      //#end
      //#end
    }
  }

  // Row by row through shared memory: lane i of a group adds up what all its lanes have for the tile's pair i. (There
  // are at least as many lanes as a tile is wide.)
  let mine = thread - lane;
  //#unroll R < ROWS_PER_GROUP
  //#unroll C < TILE_WIDTH
  partial[C * WORKGROUP_SIZE + thread] = sum_R_C;
  //#end
  workgroupBarrier();
  if (lane < pairs && row_R < ROWS) {
    var total_R = 0.0;
    for (var i = 0u; i < LANES; i++) { total_R += partial[lane * WORKGROUP_SIZE + mine + i]; }
    y[tiles[tile + 2u + lane] * ROWS + row_R] = total_R;
  }
  workgroupBarrier();
  //#end
}
