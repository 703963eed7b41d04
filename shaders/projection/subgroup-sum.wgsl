// Sums of the lanes of a subgroup, by shuffles. A subgroup has 4 to 128 threads: the GPU decides, and only the shader
// learns how many.

fn subgroup_sum(value: f32, size: u32) -> f32 {
  var sum = value;
  //#unroll S < SHUFFLES
  sum += select(0.0, subgroupShuffleXor(sum, TOKEN_LANES << S), (TOKEN_LANES << S) < size);
  //#end
  return sum;
}
