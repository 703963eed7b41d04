/// What threads join: their parts of the sum of squares, and their largest magnitudes of x · weight.
alias Part = vec2<f32>;
fn joined(a: Part, b: Part) -> Part { return Part(a.x + b.x, max(a.y, b.y)); }
fn squares_in(part: Part) -> f32 { return part.x; }
fn part_of(squares: f32) -> Part { return Part(squares, 0.0); }

/// The bits of word `k` of a thread's words that the codes of its vector `v` have. Value n of the words' values is byte
/// n / NEIGHBOURS of word n % NEIGHBOURS (formats/activations.ts).
fn placed(codes: vec4<i32>, v: u32, k: u32) -> u32 {
  let n = 4u * v + vec4<u32>(0u, 1u, 2u, 3u);
  let bits = (bitcast<vec4<u32>>(codes) & vec4<u32>(0xffu)) << (n / NEIGHBOURS * 8u);
  let own = select(vec4<u32>(0u), bits, n % NEIGHBOURS == vec4<u32>(k));
  return own.x | own.y | own.z | own.w;
}
