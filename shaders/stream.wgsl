// The walk of every stream kernel over its arrays. A thread takes LOADS_IN_FLIGHT loads at a time, all issued before
// the first is used, and neighbouring threads take neighbouring loads. Two strides decide whether each workgroup walks
// a block of its own or the whole grid walks together. The kernel's own part comes behind this text: `fetch(at)` reads
// load `at`, `keep(at, value)` uses what was read, and `finish(thread)` ends the thread.

override WORKGROUP_SIZE: u32;
override LOADS_IN_FLIGHT: u32;
// Loads from one load of a thread to its next.
override LOAD_STRIDE: u32;
// Loads from the first load of a workgroup to the first of the next.
override GROUP_STRIDE: u32;
// Loads from the first load of a workgroup to where its walk ends.
override GROUP_REACH: u32;
override LOADS: u32;
override GROUPS: u32;

// More steps than any thread takes. Without a constant bound, Tint would add a counter to the loop, so that it provably
// ends (gpuweb/gpuweb#3126). A small bound would make lavapipe unroll the loop, which takes tens of seconds (seen on
// Mesa 25.0). Once lavapipe does not, any bound will do.
const MAX_STEPS = 65536u;

fn main(group: u32, local: u32) {
  if (group >= GROUPS) { return; }
  let end = min(group * GROUP_STRIDE + GROUP_REACH, LOADS);
  var at = group * GROUP_STRIDE + local;
  for (var step = 0u; step < MAX_STEPS; step++) {
    if (at + (LOADS_IN_FLIGHT - 1u) * LOAD_STRIDE >= end) { break; }
    //#unroll I < LOADS_IN_FLIGHT
    let value_I = fetch(at + I * LOAD_STRIDE);
    //#end
    //#unroll I < LOADS_IN_FLIGHT
    keep(at + I * LOAD_STRIDE, value_I);
    //#end
    at += LOADS_IN_FLIGHT * LOAD_STRIDE;
  }
  // The loads that are left, fewer than LOADS_IN_FLIGHT.
  for (; at < end; at += LOAD_STRIDE) { keep(at, fetch(at)); }
  finish(group * WORKGROUP_SIZE + local);
}
