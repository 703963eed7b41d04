// All lanes of a subgroup hold the same sum, so one of them counts. Two subgroups are read in a turn: most GPUs have one or two to
// a row. What is beyond the lanes is not added.
let summed = clamp(subgroup_size / TOKEN_LANES, 1u, LANES);
let first_sum = output / TOKENS * (MATRICES * TOKENS) + output % TOKENS;
for (var l = 0u; l < LANES; l += SUMS_PER_TURN * summed) {
  //#unroll S < SUMS_PER_TURN
  let lane_S = l + S * summed;
  let lane_at_S = (group * LANES + lane_S) * TOKEN_LANES + token_lane;
  let at_S = min(first_sum * WORKGROUP_SIZE + lane_at_S, LAST_SUM);
  //#unroll M < MATRICES
  let part_S_M = partial[at_S + M * TOKENS * WORKGROUP_SIZE];
  //#end
  //#unroll Z < UNSCALED
  let square_at_S = min(output % TOKENS * WORKGROUP_SIZE + lane_at_S, LAST_SQUARE);
  let square_S = partial[square_at_S + ROWS_PER_GROUP * MATRICES * TOKENS * WORKGROUP_SIZE];
  //#end
  //#end
  //#unroll S < SUMS_PER_TURN
  //#unroll Z < UNSCALED
  squares += select(0.0, square_S, lane_S < LANES);
  //#end
  //#unroll M < MATRICES
  total_M += select(0.0, part_S_M, lane_S < LANES);
  //#end
  //#end
}
