// How every stream kernel walks: threads take turns of LOADS_IN_FLIGHT loads, all issued before the first is used, and
// neighbouring threads take neighbouring loads. A workgroup's block, or the whole grid, is a matter of two strides.
// The kernel adds its own part: `fetch(at)` reads, `keep(at, value)` uses what was read, `finish(thread)` ends.

override WORKGROUP_SIZE: u32;
override LOADS_IN_FLIGHT: u32;
// From one load of a thread to its next.
override LOAD_STRIDE: u32;
// From the first load of a workgroup to that of the next workgroup, and to where its walk ends.
override GROUP_STRIDE: u32;
override GROUP_REACH: u32;
override LOADS: u32;
override GROUPS: u32;

// More than any thread takes. Tint adds a counter to loops without a constant bound, and lavapipe (Mesa 25.0) unrolls
// those with a small one, which takes it tens of seconds.
const MOST_STEPS = 65536u;

fn main(group: u32, local: u32) {
  if (group >= GROUPS) { return; }
  let end = min(group * GROUP_STRIDE + GROUP_REACH, LOADS);
  var at = group * GROUP_STRIDE + local;
  for (var step = 0u; step < MOST_STEPS; step++) {
    if (at + (LOADS_IN_FLIGHT - 1u) * LOAD_STRIDE >= end) { break; }
    //#unroll I < LOADS_IN_FLIGHT
    let value_I = fetch(at + I * LOAD_STRIDE);
    //#end
    //#unroll I < LOADS_IN_FLIGHT
    keep(at + I * LOAD_STRIDE, value_I);
    //#end
    at += LOADS_IN_FLIGHT * LOAD_STRIDE;
  }
  // What is left where the array ends within a turn.
  for (; at < end; at += LOAD_STRIDE) { keep(at, fetch(at)); }
  finish(group * WORKGROUP_SIZE + local);
}
