// y = a + b, 16 bytes of each to a thread. Separate from the kernels around it so that its cost can be seen: an engine
// that fuses it saves a launch.

override WORKGROUP_SIZE: u32;
override LOADS: u32;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
) {
  let load = (workgroup.y * workgroups.x + workgroup.x) * WORKGROUP_SIZE + thread;
  if (load >= LOADS) { return; }
  y[load] = a[load] + b[load];
}
