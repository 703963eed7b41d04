// Makes each sequence one position longer, for its new token, and counts the splits that attention makes of it. One
// thread per sequence. The struct Sequence comes before this text.

override WORKGROUP_SIZE: u32;
override BATCH: u32;
override WINDOW: u32;
override POSITIONS_PER_SPLIT: u32;

fn main(s: u32) {
  if (s >= BATCH) { return; }
  let context = before[s].context + 1u;
  sequences[s] = Sequence(context, before[s].first_row, before[s].rows_per_head);
  splits[s] = (min(context, WINDOW) + POSITIONS_PER_SPLIT - 1u) / POSITIONS_PER_SPLIT;
}
