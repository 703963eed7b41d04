// Reads that wait for each other take longer than a short row's loads, so several are made in a turn. The lanes are whole turns.
let first_sum = output / TOKENS * (MATRICES * TOKENS) + output % TOKENS;
for (var l = 0u; l < LANES; l += SUMS_PER_TURN * subgroup_size) {
  let lane_at = (group * LANES + l) * TOKEN_LANES + token_lane;
  let at = min(first_sum * WORKGROUP_SIZE + lane_at, LAST_SUM);
  //#unroll Z < UNSCALED
  let square_at = min(output % TOKENS * WORKGROUP_SIZE + lane_at, LAST_SQUARE) + ROWS_PER_GROUP * MATRICES * TOKENS * WORKGROUP_SIZE;
  //#end
  //#unroll S < SUMS_PER_TURN
  //#unroll M < MATRICES
  let part_S_M = partial[at + (M * TOKENS * WORKGROUP_SIZE + S * TOKEN_LANES)];
  //#end
  //#unroll Z < UNSCALED
  let square_S = partial[square_at + S * TOKEN_LANES];
  //#end
  //#end
  //#unroll S < SUMS_PER_TURN
  //#unroll Z < UNSCALED
  squares += square_S;
  //#end
  //#unroll M < MATRICES
  total_M += part_S_M;
  //#end
  //#end
}
