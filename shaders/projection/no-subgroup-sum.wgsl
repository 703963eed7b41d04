// Without subgroups, each thread counts as a subgroup of one.

fn subgroup_sum(value: f32, size: u32) -> f32 { return value; }
