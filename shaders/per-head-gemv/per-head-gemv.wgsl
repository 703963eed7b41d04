// What projection.wgsl asks of a kernel, for heads that have a matrix and an input each: a workgroup's work is a block
// of rows of one head's matrix, for a tile of tokens. x lies in order, [token][head][columns, tail], and so does y, unless it
// has no tail and the matrix that it meets wants planes.

override BATCH: u32;
override TILES: u32;
override SLOTS: u32;
override HEADS: u32;
override HEAD_BLOCKS: u32;
/// Vectors of x: of a token, of a head.
override TOKEN_VECTORS: u32;
override HEAD_VECTORS: u32;
override TAIL: u32; // vectors behind a head's x that pass as they are

struct Place {
  block: u32,
  /// The head's first.
  matrix_row: u32,
  slots: u32,
  head: u32,
  first_token: u32,
}

/// A head's rows lie together, and so do the workgroups that take them, and those that take a block of them.
fn place(work: u32) -> Place {
  let first_token = work % TILES * SLOTS;
  let head = work / TILES / HEAD_BLOCKS;
  return Place(work / TILES % HEAD_BLOCKS, head * ROWS, min(SLOTS, BATCH - first_token), head, first_token);
}

/// Tokens beyond a tile's last are read as the last, in bounds, and not written.
fn token_of(place: Place, slot: u32) -> u32 { return place.first_token + min(slot, place.slots - 1u); }

fn x_of(place: Place, slot: u32) -> u32 {
  return token_of(place, slot) * TOKEN_VECTORS + place.head * HEAD_VECTORS;
}

fn y_of(place: Place, slot: u32, row: u32) -> u32 {
  let width = ROWS + TAIL * 4u;
  return token_of(place, slot) * (HEADS * width) + in_planes(place.head * width + row, HEADS * width);
}

/// The tails of a head, which the first of its workgroups moves for each tile.
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
