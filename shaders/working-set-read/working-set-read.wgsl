// Reads a working set again and again. Each workgroup takes BLOCKS_PER_GROUP blocks, one after the other, and wraps
// around at the end of the set, so that a dispatch makes whole sweeps over it. It wraps per block, not per load.

override WORKGROUP_SIZE: u32;
override LOADS_IN_FLIGHT: u32;
override BLOCKS_PER_GROUP: u32;

struct Sweep {
  // The number of blocks in the set.
  blocks: u32,
  // The number of blocks that one dispatch reads in all its sweeps.
  blocks_read: u32,
}

fn main(group: u32, local: u32) {
  let first = group * BLOCKS_PER_GROUP;
  if (first >= sweep.blocks_read) { return; }
  var block = first % sweep.blocks;
  var sum = vec4<u32>(0u);
  // The bound is no constant: with a constant bound, lavapipe unrolls the whole loop and compiles for ten seconds (seen
  // on Mesa 25.0). Once it does not, the loop may count to BLOCKS_PER_GROUP.
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
