// Every word is added, modulo 2³², to the sum of its workgroup: one word per thread.

override WORKGROUP_SIZE: u32;
override WORDS: u32;
override GROUPS: u32;

var<workgroup> sum: atomic<u32>;

fn main(group: u32, thread: u32) {
  if (group >= GROUPS) { return; }
  let word = group * WORKGROUP_SIZE + thread;
  if (word < WORDS) { atomicAdd(&sum, source[word]); }
  workgroupBarrier();
  if (thread == 0u) { sums[group] = atomicLoad(&sum); }
}
