/// What threads join: their parts of the sum of squares.
alias Part = f32;
fn joined(a: Part, b: Part) -> Part { return a + b; }
fn squares_in(part: Part) -> f32 { return part; }
fn part_of(squares: f32) -> Part { return squares; }
