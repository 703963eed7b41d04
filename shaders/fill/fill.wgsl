// Seeded random words, four per thread: word i is (hash(i, seed) & keep_bits) | set_bits.
// The hash is PCG-RXS-M-XS 32 (Jarzynski & Olano, JCGT 9(3), 2020). shaders/random.ts is its twin on the CPU.

override WORKGROUP_SIZE: u32;

struct Settings {
  loads: u32,
  first_word: u32,
  seed: u32,
  keep_bits: u32,
  set_bits: u32,
}

fn pcg(value: vec4<u32>) -> vec4<u32> {
  let state = value * 747796405u + 2891336453u;
  let word = ((state >> ((state >> vec4<u32>(28u)) + 4u)) ^ state) * 277803737u;
  return (word >> vec4<u32>(22u)) ^ word;
}

fn main(load: u32) {
  if (load >= settings.loads) { return; }
  let index = settings.first_word + load * 4u + vec4<u32>(0u, 1u, 2u, 3u);
  let random = pcg(pcg(index) ^ vec4<u32>(settings.seed));
  words[load] = (random & vec4<u32>(settings.keep_bits)) | vec4<u32>(settings.set_bits);
}
