// Multiplies the loads of a step as floats: each four quants by their four activations, and the result by their scale.
//#unroll I < LOADS_IN_FLIGHT
//#unroll G < SCALES_PER_LOAD
//#unroll R < ROWS_PER_GROUP
//#unroll M < MATRICES
let scale_I_G_R_M = select(0.0, weights_scale(row_R_M, at_I, G * PARTS_PER_SCALE), live_I);
//#end
//#end
//#end
//#unroll P < PARTS
//#unroll R < ROWS_PER_GROUP
//#unroll M < MATRICES
let w_I_P_R_M = unpack_P(load_I_R_M);
//#end
//#end
//#unroll C < TOKENS
let x_I_P_C = x[x_C + P * X_PART + at_I * X_LOAD];
//#unroll R < ROWS_PER_GROUP
//#unroll M < MATRICES
sum_R_M_C = fma(scale_I_{P/PARTS_PER_SCALE}_R_M, product(w_I_P_R_M, x_I_P_C), sum_R_M_C);
//#end
//#end
//#end
//#end
//#end
