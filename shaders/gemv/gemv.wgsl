// Y = W X for a few tokens: x is [BATCH][columns], y is [BATCH][ROWS]. A group of LANES threads walks one set of
// ROWS_PER_GROUP rows together, each thread taking every LANES-th 16-byte load of a row, LOADS_IN_FLIGHT at a time.
// A weight is read once, whatever the batch; x is read once per set of rows, from a cache. Sums are f32.
// Before this text stand unpack_0 … unpack_{PARTS−1} and weights_scale of the format.

override WORKGROUP_SIZE: u32;
override LANES: u32;
override ROWS_PER_GROUP: u32;
override LOADS_IN_FLIGHT: u32;
override PARTS: u32;
override PARTS_PER_SCALE: u32;
override BATCH: u32;
override X_STRIDE: u32;
override ROWS: u32;
override LOADS_PER_ROW: u32;
override FULL_STEPS: u32;
override WORKGROUPS: u32;

var<workgroup> partial: array<f32, WORKGROUP_SIZE * BATCH>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup_id: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
) {
  let workgroup = workgroup_id.y * workgroups.x + workgroup_id.x;
  if (workgroup >= WORKGROUPS) { return; }
  let lane = thread % LANES;
  let group = workgroup * (WORKGROUP_SIZE / LANES) + thread / LANES;

  // Rows beyond the last are read as the last, in bounds, and not written.
  //#unroll R < ROWS_PER_GROUP
  let row_R = group * ROWS_PER_GROUP + R;
  let read_R = min(row_R, ROWS - 1u);
  //#unroll C < BATCH
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
    //#unroll C < BATCH
    let x_I_P_C = x[C * X_STRIDE + at_I * PARTS + P];
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
      //#unroll C < BATCH
      let x_P_C = x[C * X_STRIDE + at * PARTS + P];
      //#unroll R < ROWS_PER_GROUP
      sum_R_C = fma(scale_P_R, dot(w_P_R, x_P_C), sum_R_C);
      //#end
      //#end
      //#end
    }
  }

  // Row by row through shared memory: the lanes of a group share the tokens' sums between them.
  let mine = thread - lane;
  //#unroll R < ROWS_PER_GROUP
  //#unroll C < BATCH
  partial[C * WORKGROUP_SIZE + thread] = sum_R_C;
  //#end
  workgroupBarrier();
  for (var step = 0u; step < (BATCH + LANES - 1u) / LANES; step++) {
    let column = step * LANES + lane;
    if (column < BATCH && row_R < ROWS) {
      var total_R = 0.0;
      for (var i = 0u; i < LANES; i++) { total_R += partial[column * WORKGROUP_SIZE + mine + i]; }
      y[column * ROWS + row_R] = total_R;
    }
  }
  workgroupBarrier();
  //#end
}
