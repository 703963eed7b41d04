// Multiplies the loads of a step as signed bytes. The dot products of the quants that share a scale are added up as
// integers and scaled once. Each byte is a quant plus EXCESS, which is taken off with the sum of the activations; that
// sum is one for all rows.
//#unroll I < LOADS_IN_FLIGHT
//#unroll G < SCALES_PER_LOAD
//#unroll C < TOKENS
var x_sum_I_G_C = 0;
//#unroll R < ROWS_PER_GROUP
//#unroll M < MATRICES
var dot_I_G_R_M_C = 0;
//#end
//#end
//#end
//#end
//#unroll K < BYTE_VECTORS
//#unroll A < SEVERAL_TOKENS
//#unroll R < ROWS_PER_GROUP
//#unroll M < MATRICES
let w_I_K_R_M = bytes_K(load_I_R_M);
//#end
//#end
//#end
//#unroll C < TOKENS
let x_I_K_C = x[x_C + K * X_PART + at_I * X_LOAD];
//#unroll W < WORDS_PER_LOAD
x_sum_I_{W/WORDS_PER_SCALE}_C += dot4I8Packed(x_I_K_C[W], 0x01010101u);
//#end
//#unroll R < ROWS_PER_GROUP
//#unroll M < MATRICES
// For one token, the bytes of a row are found where they are used: those of all rows at once take a quarter more
// registers (Mesa 25.0).
//#unroll A < ONE_TOKEN
let w_I_K_R_M = bytes_K(load_I_R_M);
//#end
//#unroll W < WORDS_PER_LOAD
dot_I_{W/WORDS_PER_SCALE}_R_M_C += dot4I8Packed(w_I_K_R_M[W], x_I_K_C[W]);
//#end
//#end
//#end
//#end
//#end
//#unroll G < SCALES_PER_LOAD
//#unroll R < ROWS_PER_GROUP
//#unroll M < MATRICES
let scale_I_G_R_M = select(0.0, weights_scale(row_R_M, at_I, G * PARTS_PER_SCALE), live_I);
//#unroll C < TOKENS
sum_R_M_C = fma(scale_I_G_R_M, f32(dot_I_G_R_M_C - EXCESS * x_sum_I_G_C), sum_R_M_C);
//#end
//#end
//#end
//#end
//#end
