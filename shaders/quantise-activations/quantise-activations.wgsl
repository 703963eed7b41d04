// Converts activations to signed bytes, one workgroup per token: finds the largest magnitude of the row, then divides
// every value by a 127th of it. A thread makes whole words of four bytes, in the order in which a format's bytes_k
// find its quants (shaders/formats/activations.ts). It keeps its values in registers between the two steps, so that
// the row is read once.

override WORKGROUP_SIZE: u32;
override HALVINGS: u32;
override WORDS_PER_ROW: u32;
override WORDS_PER_THREAD: u32;
override COLUMNS: u32;
override X_STRIDE: u32;
override SPREAD: u32;
override BATCH: u32;

var<workgroup> largest: array<f32, WORKGROUP_SIZE>;

/// Value `k` of the row that begins at `row`, or zero beyond the row's end.
fn value_at(row: u32, k: u32) -> f32 { return select(0.0, x[row + min(k, COLUMNS - 1u)], k < COLUMNS); }

/// The four values of word `word` of a row's bytes.
fn values_of(row: u32, word: u32) -> vec4<f32> {
  let vector = word / 4u;
  let loads = WORDS_PER_ROW / (4u * SPREAD);
  let first = vector % loads * (16u * SPREAD) + word % 4u * (4u * SPREAD) + vector / loads;
  return vec4<f32>(
    value_at(row, first),
    value_at(row, first + SPREAD),
    value_at(row, first + 2u * SPREAD),
    value_at(row, first + 3u * SPREAD),
  );
}

/// Packs four signed bytes into a word. WGSL's pack4xI8 is a language feature that some browsers lack.
fn packed(codes: vec4<i32>) -> u32 {
  let bytes = (bitcast<vec4<u32>>(codes) & vec4<u32>(0xffu)) << vec4<u32>(0u, 8u, 16u, 24u);
  return bytes.x | bytes.y | bytes.z | bytes.w;
}

fn main(token: u32, thread: u32) {
  if (token >= BATCH) { return; }
  let row = token * X_STRIDE;
  // A thread without a word of its own makes the last one, and does not write it.
  //#unroll I < WORDS_PER_THREAD
  let word_I = thread + I * WORKGROUP_SIZE;
  let x_I = values_of(row, min(word_I, WORDS_PER_ROW - 1u));
  //#end
  var most = vec4<f32>(0.0);
  //#unroll I < WORDS_PER_THREAD
  most = max(most, abs(x_I));
  //#end
  largest[thread] = max(max(most.x, most.y), max(most.z, most.w));
  for (var halving = 0u; halving < HALVINGS; halving++) {
    let half = WORKGROUP_SIZE >> (halving + 1u);
    workgroupBarrier();
    if (thread < half) { largest[thread] = max(largest[thread], largest[thread + half]); }
  }
  workgroupBarrier();
  let scale = largest[0] / 127.0;
  let inverse = select(0.0, 127.0 / largest[0], largest[0] > 0.0);
  if (thread == 0u) { scales[token] = scale; }
  //#unroll I < WORDS_PER_THREAD
  if (word_I < WORDS_PER_ROW) {
    codes[token * WORDS_PER_ROW + word_I] = packed(vec4<i32>(round(x_I * inverse)));
  }
  //#end
}
