// RMSNorm, one workgroup per token. A token's row is a few KiB, so the time is latency: each thread issues all its
// loads at once, and keeps x · weight in registers while threads join their sums of squares. y is written in PLANES, to
// match the weights that read it, and padded with zeros to their whole loads; as f32, or as bytes with a scale. Source of
// the formula: B. Zhang, R. Sennrich, "Root Mean Square Layer Normalization", arXiv 1910.07467.

override WORKGROUP_SIZE: u32;
override HALVINGS: u32;
override LOADS_PER_THREAD: u32;
override X_FIRST: u32;
override X_LAST: u32;
override WEIGHTS_FIRST: u32;
override WEIGHTS_LAST: u32;
override NEIGHBOURS: u32;
override WORDS_PER_THREAD: u32;
override LOADS_PER_ROW: u32;
override PLANES: u32;
override Y_LOADS: u32;
override COLUMNS: u32;
override BATCH: u32;
override EPSILON: f32;

//@ join

var<workgroup> partial: array<Part, WORKGROUP_SIZE>;

/// The vector `value`, which is load `load` of a row, with zeros in place of padding.
fn live(load: u32, value: vec4<f32>) -> vec4<f32> {
  // One comparison for a whole load: masks of single values would take as many registers as the values.
  if (COLUMNS % 4u == 0u) { return select(vec4<f32>(0.0), value, load < LOADS_PER_ROW); }
  return select(vec4<f32>(0.0), value, load * 4u + vec4<u32>(0u, 1u, 2u, 3u) < vec4<u32>(COLUMNS));
}

/// The parts of all threads as one.
fn reduced(part: Part, thread: u32) -> Part {
  partial[thread] = part;
  for (var halving = 0u; halving < HALVINGS; halving++) {
    let half = WORKGROUP_SIZE >> (halving + 1u);
    workgroupBarrier();
    if (thread < half) { partial[thread] = joined(partial[thread], partial[thread + half]); }
  }
  workgroupBarrier();
  return partial[0];
}

/// One over the root mean square of a row.
fn inverse_rms(row: Part) -> f32 {
  return inverseSqrt(squares_in(row) / f32(COLUMNS) + EPSILON);
}

fn main(token: u32, thread: u32) {
  if (token >= BATCH) { return; }
  let row = token * LOADS_PER_ROW;

  // A thread without a load of its own reads the last one, to stay in bounds, and counts it as zero.
  //#unroll I < LOADS_PER_THREAD
  let load_I = (thread + I / NEIGHBOURS * WORKGROUP_SIZE) * NEIGHBOURS + I % NEIGHBOURS;
  let at_I = min(load_I, LOADS_PER_ROW - 1u);
  //#end
  // All loads come before anything that waits for one, as far as there are registers.
  //#unroll I < X_FIRST
  let own_I = x[row + at_I];
  //#end
  //@ loads
  //#unroll I < WEIGHTS_FIRST
  let weight_I = weight[at_I];
  //#end
  //@ addend
  //#unroll I < X_LAST
  let own_I = x[row + at_I];
  //#end
  var squares = 0.0;
  //#unroll I < LOADS_PER_THREAD
  let x_I = live(load_I, /*@ x */);
  squares += dot(x_I, x_I);
  //#end
  //@ sum
  //#unroll I < WEIGHTS_LAST
  let weight_I = weight[at_I];
  //#end
  //#unroll I < LOADS_PER_THREAD
  let scaled_I = x_I * weight_I;
  //#end
  //@ store
}
