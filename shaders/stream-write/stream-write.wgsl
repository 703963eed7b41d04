// Every 16 bytes written are a hash of their index, which compressors leave whole (compressibility.test.ts). The hash
// takes one multiplication per load and one per word, which hide behind the stores. kernel.ts has its twin.

fn fetch(at: u32) -> vec4<u32> {
  let mixed = (at + 1u) * 0x9e3779b9u;
  return (mixed ^ (mixed >> 15u)) * vec4<u32>(0x85ebca6bu, 0xc2b2ae35u, 0x27d4eb2fu, 0x165667b1u);
}
fn keep(at: u32, value: vec4<u32>) { written[at] = value; }
fn finish(thread: u32) {}
