// Cosines and sines of each sequence's newest position, for attention, one pair of values per thread. A position
// is a multiple of NEAR_POSITIONS plus a rest, and the cosine and sine of the sum of their angles are made of two
// table entries. The struct Sequence comes before this text.

override WORKGROUP_SIZE: u32;
override THREADS: u32;
override PAIRS: u32;
override NEAR_POSITIONS: u32;

fn main(thread: u32) {
  if (thread >= THREADS) { return; }
  let sequence = thread / PAIRS;
  let pair = thread % PAIRS;
  let position = sequences[sequence].context - 1u;
  let a = far[position / NEAR_POSITIONS * PAIRS + pair];
  let b = near[position % NEAR_POSITIONS * PAIRS + pair];
  turns[sequence * 2u * PAIRS + pair] = a.x * b.x - a.y * b.y;
  turns[sequence * 2u * PAIRS + PAIRS + pair] = a.y * b.x + a.x * b.y;
}
