// The functions that projection.wgsl needs, for heads that have a matrix and an input each. A workgroup takes a block
// of rows of one head's matrix, for a tile of tokens. x is in row order, [token][head][columns, tail]. So is y,
// [token][head][rows, tail], unless the weights that read it want planes; then it has no tail.

override BATCH: u32;
override TILES: u32;
override SLOTS: u32;
override HEADS: u32;
override HEAD_BLOCKS: u32;
/// Vectors from one token's x to the next.
override TOKEN_VECTORS: u32;
/// Vectors from one head's x to the next.
override HEAD_VECTORS: u32;
/// Vectors behind a head's x that are copied.
override TAIL: u32;

struct Place {
  block: u32,
  /// The first row of the head's matrix.
  matrix_row: u32,
  slots: u32,
  head: u32,
  first_token: u32,
}

/// The place of a workgroup. Workgroups that take one head are neighbours, and so are, among them, those of one block
/// of rows.
fn place(work: u32) -> Place {
  let first_token = work % TILES * SLOTS;
  let head = work / TILES / HEAD_BLOCKS;
  return Place(work / TILES % HEAD_BLOCKS, head * ROWS, min(SLOTS, BATCH - first_token), head, first_token);
}

/// The token of a slot. Slots beyond a tile's last token read that token, to stay in bounds, and are not written.
fn token_of(place: Place, slot: u32) -> u32 { return place.first_token + min(slot, place.slots - 1u); }

fn x_of(place: Place, slot: u32) -> u32 {
  return token_of(place, slot) * TOKEN_VECTORS + place.head * HEAD_VECTORS;
}

fn y_of(place: Place, slot: u32, row: u32) -> u32 {
  let width = ROWS + TAIL * 4u;
  return token_of(place, slot) * (HEADS * width) + in_planes(place.head * width + row, HEADS * width);
}

/// Copies the tails of a head from x to y. The head's first workgroup of each tile does it.
fn move_tails(place: Place, thread: u32) {
  if (place.block > 0u) { return; }
  for (var slot = 0u; slot < place.slots; slot++) {
    for (var vector = thread; vector < TAIL; vector += WORKGROUP_SIZE) {
      let from_x = x[x_of(place, slot) + HEAD_VECTORS - TAIL + vector];
      let first = y_of(place, slot, ROWS + vector * 4u);
      //#unroll C < COMPONENTS
      y[first + C] = from_x[C];
      //#end
    }
  }
}
