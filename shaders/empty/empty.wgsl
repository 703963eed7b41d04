// One workgroup writes WORDS words.

override WORKGROUP_SIZE: u32;
override WORDS: u32;

/// The word that shows that the dispatch has run.
const WORD = 0x4b4d4248u;

fn main(index: u32) {
  if (index < WORDS) { words[index] = WORD; }
}
