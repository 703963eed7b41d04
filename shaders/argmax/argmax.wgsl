// Greedy sampling, one workgroup per token. Each thread keeps the largest logit that it saw, and its index; then the
// workgroup halves the number of candidates until one is left. Of equal logits the lowest index wins, so that every
// machine gives the same answer. Every thread starts from logit 0, a real candidate, and not from a sentinel: a row
// of −∞ yields 0.

override WORKGROUP_SIZE: u32;
override HALVINGS: u32;
override LOADS_IN_FLIGHT: u32;
override FULL_STEPS: u32;
override FULL_LOADS: u32;
override LOADS_PER_ROW: u32;
override LAST_COMPONENTS: u32;
override BATCH: u32;

struct Candidate {
  logit: f32,
  index: u32,
}

var<workgroup> candidates: array<Candidate, WORKGROUP_SIZE>;

/// The better of a thread's best so far and its next logit. A thread's logits come in ascending order of index.
fn later(best: Candidate, logit: f32, index: u32) -> Candidate {
  if (logit > best.logit) { return Candidate(logit, index); }
  return best;
}

/// The better of two threads' candidates.
fn better(a: Candidate, b: Candidate) -> Candidate {
  if (b.logit > a.logit || (b.logit == a.logit && b.index < a.index)) { return b; }
  return a;
}

fn main(token: u32, thread: u32) {
  if (token >= BATCH) { return; }
  let row = token * LOADS_PER_ROW;
  var best = Candidate(logits[row].x, 0u);

  for (var step = 0u; step < FULL_STEPS; step++) {
    let first = step * (WORKGROUP_SIZE * LOADS_IN_FLIGHT) + thread;
    //#unroll I < LOADS_IN_FLIGHT
    let load_I = logits[row + first + I * WORKGROUP_SIZE];
    //#end
    //#unroll I < LOADS_IN_FLIGHT
    //#unroll C < COMPONENTS
    best = later(best, load_I[C], (first + I * WORKGROUP_SIZE) * 4u + C);
    //#end
    //#end
  }
  // The ragged end of the row, one guarded load at a time.
  for (var step = 0u; step < LOADS_IN_FLIGHT; step++) {
    let index = (FULL_STEPS * LOADS_IN_FLIGHT + step) * WORKGROUP_SIZE + thread;
    if (index < FULL_LOADS) {
      let load = logits[row + index];
      //#unroll C < COMPONENTS
      best = later(best, load[C], index * 4u + C);
      //#end
    }
  }
  // The rest of the row, less than a load. Every thread reads it: it is one address.
  //#unroll C < LAST_COMPONENTS
  best = later(best, logits[row + FULL_LOADS][C], FULL_LOADS * 4u + C);
  //#end

  candidates[thread] = best;
  for (var halving = 0u; halving < HALVINGS; halving++) {
    let half = WORKGROUP_SIZE >> (halving + 1u);
    workgroupBarrier();
    if (thread < half) { candidates[thread] = better(candidates[thread], candidates[thread + half]); }
  }
  if (thread == 0u) { largest[token] = candidates[0].index; }
}
