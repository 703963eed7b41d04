// Embedding lookup: row ids[token] of a matrix in any format, as f32. A thread unpacks one 16-byte load. Rows of y
// are as wide as the model, without padding, so every store is guarded. The functions of the format, from
// unpack_0 to unpack_{PARTS−1}, and embedding_scale come before this text.

override WORKGROUP_SIZE: u32;
override PARTS: u32;
override THREADS: u32;
override LOADS_PER_ROW: u32;
override COLUMNS: u32;
override FIRST_ROW: u32;
override ROWS: u32;

fn main(thread: u32) {
  if (thread >= THREADS) { return; }
  let token = thread / LOADS_PER_ROW;
  let load = thread % LOADS_PER_ROW;
  // Rows before this part of the matrix wrap around to large numbers.
  let row = ids[token] - FIRST_ROW;
  if (row >= ROWS) { return; }
  let quants = embedding[row * LOADS_PER_ROW + load];
  let end = (token + 1u) * COLUMNS;
  let first = token * COLUMNS + load * (PARTS * 4u);
  //#unroll P < PARTS
  let value_P = unpack_P(quants) * embedding_scale(row, load, P);
  //#unroll C < COMPONENTS
  if (first + P * 4u + C < end) { y[first + P * 4u + C] = value_P[C]; }
  //#end
  //#end
}
