  // The addend has a norm of its own.
  var addend_squares = 0.0;
  //#unroll I < LOADS_PER_THREAD
  let live_addend_I = live(load_I, addend_I);
  addend_squares += dot(live_addend_I, live_addend_I);
  let weighted_I = addend_I * addend_weight_I;
  //#end
  let addend_scale = inverse_rms(reduced(part_of(addend_squares), thread));
  // All threads must have read the sum before the next is written.
  workgroupBarrier();
