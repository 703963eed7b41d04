// Reads a working set again and again: workgroups take BLOCKS_PER_GROUP blocks each, one after the other, and begin
// anew where the set ends, so that a dispatch is whole sweeps over it. One wrap per block, none per load.

override WORKGROUP_SIZE: u32;
override LOADS_IN_FLIGHT: u32;
override BLOCKS_PER_GROUP: u32;

struct Sweep {
  // In the set, and in all that one dispatch reads.
  blocks: u32,
  blocks_read: u32,
}

fn main(group: u32, local: u32) {
  let first = group * BLOCKS_PER_GROUP;
  if (first >= sweep.blocks_read) { return; }
  var block = first % sweep.blocks;
  var sum = vec4<u32>(0u);
  // Without a constant count: lavapipe (Mesa 25.0) would unroll all of it and compile for ten seconds.
  for (var i = first; i < min(first + BLOCKS_PER_GROUP, sweep.blocks_read); i++) {
    let at = block * (WORKGROUP_SIZE * LOADS_IN_FLIGHT) + local;
    //#unroll I < LOADS_IN_FLIGHT
    let value_I = source[at + I * WORKGROUP_SIZE];
    //#end
    //#unroll I < LOADS_IN_FLIGHT
    sum += value_I;
    //#end
    block++;
    if (block == sweep.blocks) { block = 0u; }
  }
  sums[group * WORKGROUP_SIZE + local] = sum.x + sum.y + sum.z + sum.w;
}
