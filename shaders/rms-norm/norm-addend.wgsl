  // The addend has a norm of its own.
  var addend_squares = 0.0;
  //#unroll I < LOADS_PER_THREAD
  let addend_I = live(load_I, addend[row + at_I]);
  addend_squares += dot(addend_I, addend_I);
  //#end
  let addend_scale = inverse_rms(reduced(part_of(addend_squares), thread));
  // All threads must have read the sum before the next is written.
  workgroupBarrier();
