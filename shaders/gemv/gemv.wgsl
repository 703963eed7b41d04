// y = W x, one token. A group of LANES threads walks one set of ROWS_PER_GROUP rows together, each thread taking
// every LANES-th 16-byte load of the row, LOADS_IN_FLIGHT at a time; x is read once per set of rows. Sums are f32.
// The format's unpack_0 … unpack_{PARTS−1} stand before this text.

override WORKGROUP_SIZE: u32;
override LANES: u32;
override ROWS_PER_GROUP: u32;
override LOADS_IN_FLIGHT: u32;
override PARTS: u32;
override ROWS: u32;
override LOADS_PER_ROW: u32;
override FULL_STEPS: u32;
override WORKGROUPS: u32;

@group(0) @binding(0) var<storage, read> weights: array<vec4<u32>>;
@group(0) @binding(1) var<storage, read> x: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

var<workgroup> partial: array<f32, WORKGROUP_SIZE>;

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
  let base_R = min(row_R, ROWS - 1u) * LOADS_PER_ROW;
  var sum_R = vec4<f32>(0.0);
  //#end

  for (var step = 0u; step < FULL_STEPS; step++) {
    let first = step * (LANES * LOADS_IN_FLIGHT) + lane;
    //#unroll I < LOADS_IN_FLIGHT
    //#unroll R < ROWS_PER_GROUP
    let load_I_R = weights[base_R + first + I * LANES];
    //#end
    //#end
    //#unroll I < LOADS_IN_FLIGHT
    //#unroll P < PARTS
    let x_I_P = x[(first + I * LANES) * PARTS + P];
    //#unroll R < ROWS_PER_GROUP
    sum_R = fma(unpack_P(load_I_R), x_I_P, sum_R);
    //#end
    //#end
    //#end
  }
  // The ragged end of the row, one guarded load at a time.
  for (var step = 0u; step < LOADS_IN_FLIGHT; step++) {
    let load = (FULL_STEPS * LOADS_IN_FLIGHT + step) * LANES + lane;
    if (load < LOADS_PER_ROW) {
      //#unroll R < ROWS_PER_GROUP
      let tail_R = weights[base_R + load];
      //#end
      //#unroll P < PARTS
      let x_P = x[load * PARTS + P];
      //#unroll R < ROWS_PER_GROUP
      sum_R = fma(unpack_P(tail_R), x_P, sum_R);
      //#end
      //#end
    }
  }

  //#unroll R < ROWS_PER_GROUP
  partial[thread] = dot(sum_R, vec4<f32>(1.0));
  workgroupBarrier();
  if (lane == 0u && row_R < ROWS) {
    var total_R = 0.0;
    for (var i = 0u; i < LANES; i++) { total_R += partial[thread + i]; }
    y[row_R] = total_R;
  }
  workgroupBarrier();
  //#end
}
