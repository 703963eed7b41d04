// Y = W X, the inside of every projection: rows of a matrix in any format, times the vectors of a few tokens.
//
// A workgroup takes a block of rows. In it, a group of LANES × TOKEN_LANES threads takes ROWS_PER_GROUP rows:
//
// - Its lanes walk the rows together. Each takes every LANES-th 16-byte load, LOADS_IN_FLIGHT at a time.
// - Its token lanes take the same loads at the same time, each for TOKENS other tokens. So a weight comes from memory
//   once for any batch, and no thread keeps the sums of more tokens than its registers hold.
// - With two MATRICES, one behind the other, row r of both is walked together, and one value is made of the two sums.
//
// Sums are f32. The functions of the format, of the product and of the sum over a subgroup come before this text. So do
// the kernel's own struct Place and functions
//
//     place(work) -> Place           the block of rows that a workgroup takes next, and the number of slots (tokens)
//     token_of(place, slot) -> u32   the token of a slot
//     x_of(place, slot) -> u32       the index at which its x begins, in vectors
//     y_of(place, slot, row) -> u32  the index at which its output `row` is stored, in values
//
// and, where it takes the place of a norm (stream.ts),
//
//     squares_of(place, slot) -> u32       the index at which the sums of squares of its x begin, in vectors
//     stream_of(place, slot, row) -> u32   the index of its value `row` in the stream
//     weight_of(row) -> u32                the index of that row's weight in the norm
//     square_of(place, slot, row) -> u32   the index at which the sum of squares that `row` begins is stored, in values

override WORKGROUP_SIZE: u32;
override WORKGROUPS: u32;
override WORK: u32;
override BLOCKS_PER_WORKGROUP: u32;
override LANES: u32;
override TOKEN_LANES: u32;
override ROWS: u32;
override LOADS_PER_ROW: u32;
override STEPS: u32;
override RAGGED: u32;
override PARTS: u32;
override PARTS_PER_SCALE: u32;
override BYTE_VECTORS: u32;
override X_PART: u32;
override X_LOAD: u32;
override ROWS_PER_GROUP: u32;
override TOKENS: u32;
override MATRICES: u32;
override LOADS_IN_FLIGHT: u32;
override OUTPUT_STEPS: u32;
override PLANES: u32;
override SUMS: u32;
override SUMS_PER_TURN: u32;
// The last sum at which a turn begins. The bound always holds: it is written out so that compilers need not check each read.
override LAST_SUM: u32;

/// The sum of matrix m, row r and token c of a thread, at ((r * MATRICES + m) * TOKENS + c) * WORKGROUP_SIZE + thread.
/// Behind them, where x is unscaled, the sums of squares.
var<workgroup> partial: array<f32, SUMS>;

//#unroll Z < UNSCALED
override SQUARE_LOADS: u32;
override LAST_SQUARE: u32; // the same for squares, counted from the first of them
override COLUMNS: u32;
override EPSILON: f32;
//#end
//#unroll Z < JOINED
override SQUARED: u32;
override ROWS_PER_BLOCK: u32;
override ROWS_PER_SQUARE: u32;

/// The square of value r of slot s, at s * ROWS_PER_BLOCK + r.
var<workgroup> squared: array<f32, SQUARED>;
//#end

/// The index at which value `value` of a row of `width` values is stored, in PLANES. In one plane, that is `value`
/// itself.
fn in_planes(value: u32, width: u32) -> u32 {
  return (value / 4u % PLANES * (width / (4u * PLANES)) + value / (4u * PLANES)) * 4u + value % 4u;
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup_id: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
  //@ subgroup size built in
) {
  let workgroup = workgroup_id.y * workgroups.x + workgroup_id.x;
  if (workgroup >= WORKGROUPS) { return; }
  //@ subgroup size here
  let token_lane = thread % TOKEN_LANES;
  let lane = thread / TOKEN_LANES % LANES;
  let group = thread / (TOKEN_LANES * LANES);

  for (var turn = 0u; turn < BLOCKS_PER_WORKGROUP; turn++) {
    let work = turn * WORKGROUPS + workgroup;
    if (work >= WORK) { break; }
    // All threads must have read the sums of the turn before.
    //#unroll L < TURNS_WAIT
    if (turn > 0u) { workgroupBarrier(); }
    //#end
    let place = place(work);
    // The tile is empty, or its weights are in another part of the matrix.
    if (place.slots == 0u) { continue; }
    //@ beside
    //#unroll C < TOKENS
    let x_C = x_of(place, token_lane * TOKENS + C);
    //#end
    // These loads are under way while the rows are walked.
    //#unroll Z < UNSCALED
    //#unroll C < TOKENS
    let first_square_C = squares_of(place, token_lane * TOKENS + C);
    var squares_C = 0.0;
    for (var i = lane; i < SQUARE_LOADS; i += LANES) { squares_C += dot(x[first_square_C + i], vec4<f32>(1.0)); }
    //#end
    //#end
    // Rows beyond the last are read as the last, to stay in bounds, and not written.
    let first_row = (place.block * (WORKGROUP_SIZE / (LANES * TOKEN_LANES)) + group) * ROWS_PER_GROUP;
    //#unroll R < ROWS_PER_GROUP
    //#unroll M < MATRICES
    let row_R_M = place.matrix_row + M * ROWS + min(first_row + R, ROWS - 1u);
    //#unroll C < TOKENS
    var sum_R_M_C = 0.0;
    //#end
    //#end
    //#end

    for (var step = 0u; step < STEPS; step++) {
      //#unroll I < LOADS_IN_FLIGHT
      let wanted_I = (step * LOADS_IN_FLIGHT + I) * LANES + lane;
      // Loads beyond the row's end are read as its last, to stay in bounds, and get the scale 0.
      let live_I = RAGGED == 0u || wanted_I < LOADS_PER_ROW;
      let at_I = select(LOADS_PER_ROW - 1u, wanted_I, live_I);
      //#unroll R < ROWS_PER_GROUP
      //#unroll M < MATRICES
      let load_I_R_M = weights[row_R_M * LOADS_PER_ROW + at_I];
      //#end
      //#end
      //#end
      //@ multiply
    }

    //#unroll R < ROWS_PER_GROUP
    //#unroll M < MATRICES
    //#unroll C < TOKENS
    partial[((R * MATRICES + M) * TOKENS + C) * WORKGROUP_SIZE + thread] = subgroup_sum(sum_R_M_C, subgroup_size);
    //#end
    //#end
    //#end
    //#unroll Z < UNSCALED
    //#unroll C < TOKENS
    partial[(ROWS_PER_GROUP * MATRICES * TOKENS + C) * WORKGROUP_SIZE + thread] = subgroup_sum(squares_C, subgroup_size);
    //#end
    //#end
    // A lane that has a row of its own reads only what it wrote. Software adapters pay for each wait.
    //#unroll L < SEVERAL_LANES
    workgroupBarrier();
    //#end
    // Each lane adds up some of the group's outputs.
    for (var i = 0u; i < OUTPUT_STEPS; i++) {
      let output = i * LANES + lane;
      let row = first_row + output / TOKENS;
      let slot = token_lane * TOKENS + output % TOKENS;
      if (output < ROWS_PER_GROUP * TOKENS && row < ROWS && slot < place.slots) {
        //#unroll M < MATRICES
        var total_M = 0.0;
        //#end
        //#unroll Z < UNSCALED
        var squares = 0.0;
        //#end
        //@ add up
        var scale = x_scale(token_of(place, slot));
        //#unroll Z < UNSCALED
        scale *= inverseSqrt(squares / f32(COLUMNS) + EPSILON);
        //#end
        //@ finish
        //@ store
      }
    }
    //#unroll Z < JOINED
    workgroupBarrier();
    for (var i = thread; i < place.slots * (ROWS_PER_BLOCK / ROWS_PER_SQUARE); i += WORKGROUP_SIZE) {
      let slot = i / (ROWS_PER_BLOCK / ROWS_PER_SQUARE);
      let in_block = i % (ROWS_PER_BLOCK / ROWS_PER_SQUARE) * ROWS_PER_SQUARE;
      let row = place.block * ROWS_PER_BLOCK + in_block;
      if (row < ROWS) {
        var sum_of_squares = 0.0;
        for (var r = 0u; r < ROWS_PER_SQUARE; r++) { sum_of_squares += squared[slot * ROWS_PER_BLOCK + in_block + r]; }
        y[square_of(place, slot, row)] = sum_of_squares;
      }
    }
    //#end
  }
}
