/// What threads join: their parts of the sum of squares, and their largest magnitudes of x · weight.
alias Part = vec2<f32>;
fn joined(a: Part, b: Part) -> Part { return Part(a.x + b.x, max(a.y, b.y)); }
fn squares_in(part: Part) -> f32 { return part.x; }
fn part_of(squares: f32) -> Part { return Part(squares, 0.0); }
