y[y_of(place, slot, row)] = value;
