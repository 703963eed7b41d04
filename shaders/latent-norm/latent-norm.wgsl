// RMSNorm of a token's compressed query and of its latent, in one workgroup each, between MLA's projections down and
// up. A row of `down` is [query, latent, rotated part of the key]. As in rms-norm, a thread keeps its vectors in
// registers. The query is written in PLANES for the projection that reads it, padded to that projection's whole
// loads. The latent is written in row order, and the rotated part is copied behind it.

override WORKGROUP_SIZE: u32;
override WORKGROUPS: u32;
override HALVINGS: u32;
override LOADS_PER_THREAD: u32;
/// Workgroups per token: 2 for query and latent, 1 for the latent alone.
override PARTS: u32;
// Vectors of the query, of the latent and of the rotated part in a row of `down`.
override QUERY_LOADS: u32;
override LATENT_LOADS: u32;
override ROPE_LOADS: u32;
override EPSILON: f32;

var<workgroup> partial: array<f32, WORKGROUP_SIZE>;

//@ store query

fn store_latent(token: u32, load: u32, x: vec4<f32>, scale: f32) {
  let row = token * (LATENT_LOADS + ROPE_LOADS);
  if (load < LATENT_LOADS) { latents[row + load] = x * scale * latent_weight[load]; }
}

fn main(workgroup: u32, thread: u32) {
  if (workgroup >= WORKGROUPS) { return; }
  let token = workgroup / PARTS;
  let of_latent = workgroup % PARTS == PARTS - 1u;
  let row = token * (QUERY_LOADS + LATENT_LOADS + ROPE_LOADS);
  let first = row + select(0u, QUERY_LOADS, of_latent);
  let loads = select(QUERY_LOADS, LATENT_LOADS, of_latent);

  // A thread without a load of its own reads the last one, to stay in bounds, and counts it as zero.
  //#unroll I < LOADS_PER_THREAD
  let load_I = thread + I * WORKGROUP_SIZE;
  let x_I = select(vec4<f32>(0.0), down[first + min(load_I, loads - 1u)], load_I < loads);
  //#end
  var squares = 0.0;
  //#unroll I < LOADS_PER_THREAD
  squares += dot(x_I, x_I);
  //#end

  partial[thread] = squares;
  for (var halving = 0u; halving < HALVINGS; halving++) {
    let half = WORKGROUP_SIZE >> (halving + 1u);
    workgroupBarrier();
    if (thread < half) { partial[thread] += partial[thread + half]; }
  }
  workgroupBarrier();
  let scale = inverseSqrt(partial[0] / f32(loads * 4u) + EPSILON);

  //#unroll I < LOADS_PER_THREAD
  if (of_latent) { store_latent(token, load_I, x_I, scale); } else { store_query(token, load_I, x_I, scale); }
  //#end
  if (of_latent) {
    for (var i = thread; i < ROPE_LOADS; i += WORKGROUP_SIZE) {
      latents[token * (LATENT_LOADS + ROPE_LOADS) + LATENT_LOADS + i] = down[first + LATENT_LOADS + i];
    }
  }
}
