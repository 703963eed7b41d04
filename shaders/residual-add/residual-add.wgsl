// y = a + b, 16 bytes of each per thread. It is a kernel of its own so that its cost can be seen: an engine that
// fuses it with the next kernel saves a dispatch.

override WORKGROUP_SIZE: u32;
override LOADS: u32;

fn main(load: u32) {
  if (load >= LOADS) { return; }
  y[load] = a[load] + b[load];
}
