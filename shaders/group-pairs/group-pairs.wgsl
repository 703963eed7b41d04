// Groups the pairs of each expert into tiles, in a single workgroup. That is enough for batches of up to 64, which have
// hundreds of pairs, and slow for larger ones. A thread takes an expert, or several. It counts the expert's pairs,
// finds where the expert's tiles begin, which is behind the tiles of the experts before it, and fills them.

override WORKGROUP_SIZE: u32;
override EXPERTS: u32;
override PAIRS: u32;
override WIDTH: u32;
override TILES: u32;

/** The number of tiles of every expert. */
var<workgroup> tiles_of: array<u32, EXPERTS>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  if (workgroup.x > 0u || workgroup.y > 0u) { return; }
  for (var expert = thread; expert < EXPERTS; expert += WORKGROUP_SIZE) {
    var count = 0u;
    for (var pair = 0u; pair < PAIRS; pair++) { count += u32(tiles[pair * 3u] == expert); }
    tiles_of[expert] = (count + WIDTH - 1u) / WIDTH;
  }
  workgroupBarrier();
  let words = WIDTH + 2u;
  for (var expert = thread; expert < EXPERTS; expert += WORKGROUP_SIZE) {
    if (tiles_of[expert] == 0u) { continue; }
    var first = 0u;
    for (var before = 0u; before < expert; before++) { first += tiles_of[before]; }
    var count = 0u;
    var last = 0u;
    for (var pair = 0u; pair < PAIRS; pair++) {
      if (tiles[pair * 3u] == expert) {
        grouped[(first + count / WIDTH) * words + 2u + count % WIDTH] = pair;
        last = pair;
        count++;
      }
    }
    for (var tile = 0u; tile < tiles_of[expert]; tile++) {
      grouped[(first + tile) * words] = expert;
      grouped[(first + tile) * words + 1u] = min(WIDTH, count - tile * WIDTH);
    }
    // A tile that is not full repeats its last pair.
    for (var slot = count; slot < tiles_of[expert] * WIDTH; slot++) {
      grouped[(first + slot / WIDTH) * words + 2u + slot % WIDTH] = last;
    }
  }
  // The tiles that are left have no pairs.
  var used = 0u;
  for (var expert = 0u; expert < EXPERTS; expert++) { used += tiles_of[expert]; }
  for (var word = used * words + thread; word < TILES * words; word += WORKGROUP_SIZE) { grouped[word] = 0u; }
}
