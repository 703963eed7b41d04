// A router's choice, one workgroup per token. ACTIVE times it picks the largest logit that is left (of equal ones, the
// first). Shares are the softmax over the picked logits. Each pick is a tile of one pair for moe-gemv.

override WORKGROUP_SIZE: u32;
override HALVINGS: u32;
override BATCH: u32;
override EXPERTS: u32;
override ACTIVE: u32;
override EXPERTS_PER_THREAD: u32;
override LOGITS: u32;

/** The value that replaces the logit of an expert once it is picked: no logit is smaller. */
const PICKED = -3.4e38;

struct Candidate {
  logit: f32,
  expert: u32,
}

var<workgroup> left: array<f32, LOGITS>;
var<workgroup> candidates: array<Candidate, WORKGROUP_SIZE>;
var<workgroup> picks: array<Candidate, ACTIVE>;

/// The better of two threads' candidates.
fn better(a: Candidate, b: Candidate) -> Candidate {
  if (b.logit > a.logit || (b.logit == a.logit && b.expert < a.expert)) { return b; }
  return a;
}

fn main(token: u32, thread: u32) {
  if (token >= BATCH) { return; }
  for (var i = 0u; i < EXPERTS_PER_THREAD; i++) {
    let expert = i * WORKGROUP_SIZE + thread;
    left[expert] = select(PICKED, logits[token * EXPERTS + min(expert, EXPERTS - 1u)], expert < EXPERTS);
  }
  for (var slot = 0u; slot < ACTIVE; slot++) {
    // A thread looks at its own experts, in ascending order.
    var best = Candidate(left[thread], thread);
    for (var i = 1u; i < EXPERTS_PER_THREAD; i++) {
      let expert = i * WORKGROUP_SIZE + thread;
      if (left[expert] > best.logit) { best = Candidate(left[expert], expert); }
    }
    candidates[thread] = best;
    for (var halving = 0u; halving < HALVINGS; halving++) {
      let half = WORKGROUP_SIZE >> (halving + 1u);
      workgroupBarrier();
      if (thread < half) { candidates[thread] = better(candidates[thread], candidates[thread + half]); }
    }
    workgroupBarrier();
    let pick = candidates[0];
    if (pick.expert % WORKGROUP_SIZE == thread) { left[pick.expert] = PICKED; }
    if (thread == 0u) { picks[slot] = pick; }
    // All threads must have read the pick before the next candidates are written.
    workgroupBarrier();
  }
  if (thread >= ACTIVE) { return; }
  var total = 0.0;
  for (var slot = 0u; slot < ACTIVE; slot++) { total += exp(picks[slot].logit - picks[0].logit); }
  let pair = token * ACTIVE + thread;
  tiles[pair * 3u] = picks[thread].expert;
  tiles[pair * 3u + 1u] = 1u;
  tiles[pair * 3u + 2u] = pair;
  shares[pair] = exp(picks[thread].logit - picks[0].logit) / total;
}
