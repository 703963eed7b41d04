// RMSNorm, one workgroup per token. A token's row is a few KiB, so the time is latency: each thread issues all its
// loads at once, and keeps them in registers between the sum of squares and the scaling. y is written in PLANES, to
// match the weights that read it, and padded with zeros to their whole loads. Source of the formula: B. Zhang, R.
// Sennrich, "Root Mean Square Layer Normalization", arXiv 1910.07467.

override WORKGROUP_SIZE: u32;
override HALVINGS: u32;
override LOADS_PER_THREAD: u32;
override LOADS_PER_ROW: u32;
override PLANES: u32;
override Y_LOADS: u32;
override COLUMNS: u32;
override BATCH: u32;
override EPSILON: f32;

var<workgroup> partial: array<f32, WORKGROUP_SIZE>;

/// The vector `value`, which is load `load` of a row, with zeros in place of padding.
fn live(load: u32, value: vec4<f32>) -> vec4<f32> {
  return select(vec4<f32>(0.0), value, load * 4u + vec4<u32>(0u, 1u, 2u, 3u) < vec4<u32>(COLUMNS));
}

/// One over the root mean square of a row, from a thread's part of its sum of squares.
fn inverse_rms(squares: f32, thread: u32) -> f32 {
  partial[thread] = squares;
  for (var halving = 0u; halving < HALVINGS; halving++) {
    let half = WORKGROUP_SIZE >> (halving + 1u);
    workgroupBarrier();
    if (thread < half) { partial[thread] += partial[thread + half]; }
  }
  workgroupBarrier();
  return inverseSqrt(partial[0] / f32(COLUMNS) + EPSILON);
}

fn main(token: u32, thread: u32) {
  if (token >= BATCH) { return; }
  let row = token * LOADS_PER_ROW;

  // A thread without a load of its own reads the last one, to stay in bounds, and counts it as zero.
  //#unroll I < LOADS_PER_THREAD
  let load_I = thread + I * WORKGROUP_SIZE;
  let at_I = min(load_I, LOADS_PER_ROW - 1u);
  //#end
  //@ addend
  //#unroll I < LOADS_PER_THREAD
  let x_I = live(load_I, /*@ x */);
  // The weights are read now, so that they are there when the sum is.
  let weight_I = weight[at_I];
  //#end
  var squares = 0.0;
  //#unroll I < LOADS_PER_THREAD
  squares += dot(x_I, x_I);
  //#end
  let scale = inverse_rms(squares, thread);

  //#unroll I < LOADS_PER_THREAD
  //@ sum
  if (load_I < Y_LOADS) {
    y[token * Y_LOADS + load_I % PLANES * (Y_LOADS / PLANES) + load_I / PLANES] = x_I * scale * weight_I;
  }
  //#end
}
