// The functions that projection.wgsl needs, for one matrix and a batch of tokens. A workgroup takes a block of rows for
// a tile of tokens, and the tiles of a block go to neighbouring workgroups.

override BATCH: u32;
override TILES: u32;
override SLOTS: u32;
override X_STRIDE: u32;
override FIRST_ROW: u32;
override Y_ROWS: u32;
override X_SQUARES: u32;
override Y_SQUARE_ROWS: u32;

struct Place {
  block: u32,
  matrix_row: u32,
  slots: u32,
  first_token: u32,
}

fn place(work: u32) -> Place {
  let first_token = work % TILES * SLOTS;
  return Place(work / TILES, 0u, min(SLOTS, BATCH - first_token), first_token);
}

/// The token of a slot. Slots beyond a tile's last token read that token, to stay in bounds, and are not written.
fn token_of(place: Place, slot: u32) -> u32 { return place.first_token + min(slot, place.slots - 1u); }

fn x_of(place: Place, slot: u32) -> u32 { return token_of(place, slot) * X_STRIDE; }

fn y_of(place: Place, slot: u32, row: u32) -> u32 {
  return token_of(place, slot) * Y_ROWS + in_planes(FIRST_ROW + row, Y_ROWS);
}


fn squares_of(place: Place, slot: u32) -> u32 { return BATCH * X_STRIDE + token_of(place, slot) * X_SQUARES; }

fn stream_of(place: Place, slot: u32, row: u32) -> u32 { return token_of(place, slot) * Y_ROWS + weight_of(row); }

fn weight_of(row: u32) -> u32 { return FIRST_ROW + row; }

fn square_of(place: Place, slot: u32, row: u32) -> u32 {
  return BATCH * Y_ROWS + stream_of(place, slot, row) / Y_SQUARE_ROWS;
}
