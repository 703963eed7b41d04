let joined = stream[stream_of(place, slot, row)] + value;
sum[stream_of(place, slot, row)] = joined;
y[y_of(place, slot, row)] = joined * norm_weight[weight_of(row)];
squared[slot * ROWS_PER_BLOCK + row % ROWS_PER_BLOCK] = joined * joined;
