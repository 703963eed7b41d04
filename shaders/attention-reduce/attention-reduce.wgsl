// Flash-decoding, second half. A workgroup combines the splits of one query head. COLUMNS threads share a split and
// take neighbouring vectors of its output. Each of the GROUPS groups of threads takes every GROUPS-th split,
// LOADS_IN_FLIGHT at a time, with an online softmax of its own over the splits' log-sum-exps (in bits). The groups
// are combined at the end, and the head's sink is added.

/** The score of a head's sink, in bits; MASKED if heads have no sinks. */
fn sink(head: u32) -> f32 { return /*@ sink */; }

override WORKGROUP_SIZE: u32;
override WORKGROUPS: u32;
override QUERY_HEADS: u32;
override COLUMNS: u32;
override GROUPS: u32;
override LOADS_IN_FLIGHT: u32;
override STEPS: u32;
override PLANES: u32;

/** The log-sum-exp of a split that does not exist. It is finite, so that no difference of two is NaN; 2^MASKED is 0. */
const MASKED = -1e30;

var<workgroup> group_highest: array<f32, GROUPS>;
var<workgroup> group_weight: array<f32, GROUPS>;
var<workgroup> group_sum: array<vec4<f32>, WORKGROUP_SIZE>;

fn main(workgroup: u32, thread: u32) {
  if (workgroup >= WORKGROUPS) { return; }
  let sequence = workgroup / QUERY_HEADS;
  let head = workgroup % QUERY_HEADS;
  let column = thread % COLUMNS;
  let group = thread / COLUMNS;

  var first_split = 0u;
  for (var s = 0u; s < WORKGROUPS / QUERY_HEADS; s++) { first_split += select(0u, splits[s], s < sequence); }
  let last = splits[sequence] - 1u;

  var highest = MASKED;
  var weight = 0.0;
  var sum = vec4<f32>(0.0);
  for (var step = 0u; step < STEPS; step++) {
    let first = step * (GROUPS * LOADS_IN_FLIGHT);
    if (first > last) { break; }
    // Splits beyond the last are read as the last, to stay in bounds, and masked.
    let before = highest;
    //#unroll I < LOADS_IN_FLIGHT
    let split_I = first + I * GROUPS + group;
    let row_I = (first_split + min(split_I, last)) * QUERY_HEADS + head;
    let partial_I = partial[row_I * COLUMNS + column];
    let lse_I = select(MASKED, lse[row_I], split_I <= last);
    highest = max(highest, lse_I);
    //#end
    let decay = exp2(before - highest);
    weight *= decay;
    sum *= decay;
    //#unroll I < LOADS_IN_FLIGHT
    let weight_I = exp2(lse_I - highest);
    weight += weight_I;
    sum = fma(vec4<f32>(weight_I), partial_I, sum);
    //#end
  }

  if (column == 0u) {
    group_highest[group] = highest;
    group_weight[group] = weight;
  }
  group_sum[thread] = sum;
  workgroupBarrier();
  if (group == 0u) {
    var top = sink(head);
    for (var g = 0u; g < GROUPS; g++) { top = max(top, group_highest[g]); }
    var total = exp2(sink(head) - top);
    var out = vec4<f32>(0.0);
    for (var g = 0u; g < GROUPS; g++) {
      let share = exp2(group_highest[g] - top);
      total = fma(share, group_weight[g], total);
      out = fma(vec4<f32>(share), group_sum[g * COLUMNS + column], out);
    }
    let vectors = QUERY_HEADS * COLUMNS;
    let at = head * COLUMNS + column;
    attended[sequence * vectors + at % PLANES * (vectors / PLANES) + at / PLANES] = out / total;
  }
}
