// Cosines and sines of each sequence's newest position, for rope-kv-write. The angle of a position is that of a
// multiple of NEAR_POSITIONS and of what is left; the sum of both is two products of table entries. A thread to a pair.
// Sequence stands before this text.

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
