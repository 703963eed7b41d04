// Without subgroups, every thread is one of its own.

fn subgroup_sum(value: f32, size: u32) -> f32 { return value; }
