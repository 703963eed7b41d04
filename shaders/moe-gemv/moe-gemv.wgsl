// The functions that projection.wgsl needs, for the experts that a router picked. y is [pair][ROWS] for every pair
// (token, slot) of a batch. The experts lie one after another in one matrix.
//
// Pairs come in tiles: sorted by expert on the CPU or by `group-pairs`, or one by one, as `route-experts` leaves them.
// A workgroup takes a block of rows of one tile's expert, for all pairs of the tile. Tiles of one expert follow each
// other, and workgroups run through all tiles before the next block of rows, so that an expert's second tile can find
// its rows in a cache.

override TILES: u32;
override FIRST_TILE_WORD: u32;
override WORDS_PER_TILE: u32;
override ACTIVE: u32;
override X_STRIDE: u32;
override EXPERT_ROWS: u32;
override FIRST_EXPERT: u32;
override EXPERTS: u32;

struct Place {
  block: u32,
  /// The first row of the expert.
  matrix_row: u32,
  slots: u32,
  /// The index in `tiles` of the tile's first pair.
  pairs: u32,
}

fn place(work: u32) -> Place {
  let tile = FIRST_TILE_WORD + work % TILES * WORDS_PER_TILE;
  // Experts before this part of the matrix wrap around to large numbers. Experts of other parts have no slots.
  let expert = tiles[tile] - FIRST_EXPERT;
  return Place(work / TILES, expert * EXPERT_ROWS, select(0u, tiles[tile + 1u], expert < EXPERTS), tile + 2u);
}

/// The token of a slot. A tile with fewer pairs than slots repeats its last pair.
fn token_of(place: Place, slot: u32) -> u32 { return tiles[place.pairs + slot] / ACTIVE; }

fn x_of(place: Place, slot: u32) -> u32 { return token_of(place, slot) * X_STRIDE; }

fn y_of(place: Place, slot: u32, row: u32) -> u32 { return tiles[place.pairs + slot] * ROWS + in_planes(row, ROWS); }

