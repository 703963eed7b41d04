// y = a + b, 16 bytes of each to a thread. Separate from the kernels around it so that its cost can be seen: an engine
// that fuses it saves a launch.

override WORKGROUP_SIZE: u32;
override LOADS: u32;

fn main(load: u32) {
  if (load >= LOADS) { return; }
  y[load] = a[load] + b[load];
}
