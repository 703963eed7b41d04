// What projection.wgsl asks of a kernel, for one matrix and a batch of tokens: a workgroup's work is a block of rows
// for all tokens.

override BATCH: u32;
override X_STRIDE: u32;
override FIRST_ROW: u32;
override Y_ROWS: u32;

struct Place {
  block: u32,
  matrix_row: u32,
  slots: u32,
}

fn place(work: u32) -> Place { return Place(work, 0u, BATCH); }

/// Tokens beyond the last are read as the last, in bounds, and not written.
fn token_of(place: Place, slot: u32) -> u32 { return min(slot, place.slots - 1u); }

fn x_of(place: Place, slot: u32) -> u32 { return token_of(place, slot) * X_STRIDE; }

fn y_of(place: Place, slot: u32, row: u32) -> u32 { return slot * Y_ROWS + in_planes(FIRST_ROW + row, Y_ROWS); }

