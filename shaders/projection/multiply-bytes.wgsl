// Multiplies the loads of a step as signed bytes: a load's dot products are added up as integers and scaled once.
//#unroll I < LOADS_IN_FLIGHT
//#unroll R < ROWS_PER_GROUP
//#unroll M < MATRICES
//#unroll C < TOKENS
var dot_I_R_M_C = 0;
//#end
//#end
//#end
//#unroll K < BYTE_VECTORS
//#unroll R < ROWS_PER_GROUP
//#unroll M < MATRICES
let w_I_K_R_M = bytes_K(load_I_R_M);
//#end
//#end
//#unroll C < TOKENS
let x_I_K_C = x[x_C + K * X_PART + at_I * X_LOAD];
//#unroll R < ROWS_PER_GROUP
//#unroll M < MATRICES
dot_I_R_M_C += dot16(w_I_K_R_M, x_I_K_C);
//#end
//#end
//#end
//#end
//#unroll R < ROWS_PER_GROUP
//#unroll M < MATRICES
let scale_I_R_M = select(0.0, weights_scale(row_R_M, at_I, 0u), live_I);
//#unroll C < TOKENS
sum_R_M_C = fma(scale_I_R_M, f32(dot_I_R_M_C), sum_R_M_C);
//#end
//#end
//#end
//#end
