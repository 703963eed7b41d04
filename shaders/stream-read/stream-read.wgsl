// The read ceiling: every 16-byte load of the source is added, modulo 2³², into one checked word per thread.
// Each thread takes STEPS × LOADS_IN_FLIGHT loads; neighbouring threads take neighbouring loads.

override WORKGROUP_SIZE: u32;
override LOADS_IN_FLIGHT: u32;
override STEPS: u32;
override LOADS: u32;
override THREADS: u32;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let group = workgroup.y * workgroups.x + workgroup.x;
  let thread = group * WORKGROUP_SIZE + local;
  if (thread >= THREADS) { return; }
  let span = WORKGROUP_SIZE * LOADS_IN_FLIGHT * STEPS;
  let first = group * span + local;
  //#unroll I < LOADS_IN_FLIGHT
  var sum_I = vec4<u32>(0u);
  //#end
  if ((group + 1u) * span <= LOADS) {
    for (var step = 0u; step < STEPS; step++) {
      let base = first + step * (WORKGROUP_SIZE * LOADS_IN_FLIGHT);
      //#unroll I < LOADS_IN_FLIGHT
      sum_I += source[base + I * WORKGROUP_SIZE];
      //#end
    }
  } else {
    // The ragged last workgroup: the same walk, each load guarded.
    for (var step = 0u; step < STEPS * LOADS_IN_FLIGHT; step++) {
      let load = first + step * WORKGROUP_SIZE;
      if (load < LOADS) { sum_0 += source[load]; }
    }
  }
  var sum = vec4<u32>(0u);
  //#unroll I < LOADS_IN_FLIGHT
  sum += sum_I;
  //#end
  sums[thread] = sum.x + sum.y + sum.z + sum.w;
}
