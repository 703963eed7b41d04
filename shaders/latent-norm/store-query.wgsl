// Writes vector `load` of a token's normed query, in PLANES.

override PLANES: u32;
override STORED_LOADS: u32;

fn store_query(token: u32, load: u32, x: vec4<f32>, scale: f32) {
  let at = token * STORED_LOADS + load % PLANES * (STORED_LOADS / PLANES) + load / PLANES;
  if (load < STORED_LOADS) { query[at] = x * scale * query_weight[min(load, QUERY_LOADS - 1u)]; }
}
