  let scale = inverse_rms(reduced(squares, thread));
  //#unroll I < LOADS_PER_THREAD
  if (load_I < Y_LOADS) {
    y[token * Y_LOADS + load_I % PLANES * (Y_LOADS / PLANES) + load_I / PLANES] = scaled_I * scale;
  }
  //#end
