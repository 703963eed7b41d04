  // The norm's factor is one for the row, so the largest magnitude is known before it is.
  var most = vec4<f32>(0.0);
  //#unroll I < LOADS_PER_THREAD
  most = max(most, abs(scaled_I));
  //#end
  let all = reduced(Part(squares, max(max(most.x, most.y), max(most.z, most.w))), thread);
  if (thread == 0u) { y_scales[token] = all.y * inverse_rms(all) / 127.0; }
  let inverse = select(0.0, 127.0 / all.y, all.y > 0.0);
  //#unroll U < WORDS_PER_THREAD
  var words_U = Words();
  //#end
  //#unroll I < LOADS_PER_THREAD
  words_{I/NEIGHBOURS} |= packed(round(scaled_I * inverse), I % NEIGHBOURS);
  //#end
  //#unroll U < WORDS_PER_THREAD
  let place_U = thread + U * WORKGROUP_SIZE;
  if (place_U < Y_LOADS / NEIGHBOURS) {
    //#unroll K < NEIGHBOURS
    y[token * Y_LOADS + K * (Y_LOADS / NEIGHBOURS) + place_U] = word_in(words_U, K);
    //#end
  }
  //#end
