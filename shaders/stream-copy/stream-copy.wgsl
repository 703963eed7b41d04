// STREAM's copy: every 16-byte load is stored unchanged.

fn fetch(at: u32) -> vec4<u32> { return source[at]; }
fn keep(at: u32, value: vec4<u32>) { copied[at] = value; }
fn finish(thread: u32) {}
