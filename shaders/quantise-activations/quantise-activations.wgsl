// Converts activations to signed bytes, one workgroup per token: finds the largest magnitude of the row, then divides
// every value by a 127th of it. A thread makes whole words of four bytes, in the order in which a format's bytes_k find
// its quants: of NEIGHBOURS loads that lie side by side, it makes as many words. The row is read twice, the second time
// out of a cache: threads that keep it in registers can only take short rows, and take them along to every barrier.

override WORKGROUP_SIZE: u32;
override HALVINGS: u32;
override LOADS_PER_TURN: u32;
override WORDS_PER_TURN: u32;
override NEIGHBOURS: u32;
override LOADS_PER_ROW: u32;
override WORDS_PER_ROW: u32;
override COLUMNS: u32;
override BATCH: u32;

var<workgroup> largest: array<f32, WORKGROUP_SIZE>;

/// Load `load` of the row that begins at `row`, with zeros in place of padding and of what lies beyond the row.
fn load_of(row: u32, load: u32) -> vec4<f32> {
  let value = x[row + min(load, LOADS_PER_ROW - 1u)];
  return select(vec4<f32>(0.0), value, load * 4u + vec4<u32>(0u, 1u, 2u, 3u) < vec4<u32>(COLUMNS));
}

fn main(token: u32, thread: u32) {
  if (token >= BATCH) { return; }
  let row = token * LOADS_PER_ROW;
  var most = vec4<f32>(0.0);
  for (var first = thread; first < LOADS_PER_ROW; first += LOADS_PER_TURN * WORKGROUP_SIZE) {
    //#unroll I < LOADS_PER_TURN
    let x_I = load_of(row, first + I * WORKGROUP_SIZE);
    //#end
    //#unroll I < LOADS_PER_TURN
    most = max(most, abs(x_I));
    //#end
  }
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
  let words = WORDS_PER_ROW / NEIGHBOURS;
  for (var first = thread; first < words; first += WORDS_PER_TURN * WORKGROUP_SIZE) {
    //#unroll U < WORDS_PER_TURN
    let place_U = first + U * WORKGROUP_SIZE;
    var words_U = Words();
    //#end
    //#unroll I < LOADS_PER_TURN
    let x_I = load_of(row, place_{I/NEIGHBOURS} * NEIGHBOURS + I % NEIGHBOURS);
    //#end
    //#unroll I < LOADS_PER_TURN
    words_{I/NEIGHBOURS} |= packed(round(x_I * inverse), I % NEIGHBOURS);
    //#end
    //#unroll U < WORDS_PER_TURN
    if (place_U < words) {
      //#unroll K < NEIGHBOURS
      codes[token * WORDS_PER_ROW + K * words + place_U] = word_in(words_U, K);
      //#end
    }
    //#end
  }
}
