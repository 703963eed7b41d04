/** The peers of `gemv`, each with its source. */

import { definePeer } from './define.ts';

/** WGSL that adds up `partial` over the threads of a workgroup as a tree, for `rows` rows side by side in it. */
const tree = (threads: number): string => `
  workgroupBarrier();
  for (var width = ${threads / 2}u; width > 0u; width /= 2u) {
    if (lane < width) { partial[first + lane] += partial[first + lane + width]; }
    workgroupBarrier();
  }`;

/**
 * 64 threads to a row, a word at a time, and a tree in workgroup memory: what TVM's GEMV rule makes for WebGPU, which is
 * none of the targets that it names (TS, TR = 1, 64, VEC_C = 1). MLC-LLM and WebLLM are compiled with it.
 * Source: https://github.com/apache/tvm/blob/01a24311b931080a0b9dd608f2b41569e4606d3e/python/tvm/dlight/gpu/gemv.py
 */
const tvmWebGpu = definePeer({
  id: 'tvm-webgpu',
  summary: '1 row × 64 threads, tree',
  workgroupSize: 64,
  rowsPerWorkgroup: 1,
  wgsl: `
var<workgroup> partial: array<f32, THREADS>;

fn main(workgroup: u32, thread: u32) {
  if (workgroup >= ROWS) { return; }
  let lane = thread;
  let first = 0u;
  var sum = 0.0;
  for (var at = lane; at < PIECES; at += THREADS) { sum += piece_at(workgroup, at); }
  partial[thread] = sum;${tree(64)}
  if (thread == 0u) { y[workgroup] = partial[0]; }
}
`,
});

/**
 * 8 rows of 32 threads each, and a tree for each row: the same rule as for CUDA, with its 16 rows halved until they fit
 * the 256 threads of WebGPU.
 * Source: as above.
 */
const tvmCuda = definePeer({
  id: 'tvm-cuda',
  summary: '8 rows × 32 threads, tree',
  workgroupSize: 256,
  rowsPerWorkgroup: 8,
  wgsl: `
var<workgroup> partial: array<f32, THREADS>;

fn main(workgroup: u32, thread: u32) {
  let lane = thread % 32u;
  let first = thread - lane;
  let row = workgroup * 8u + thread / 32u;
  var sum = 0.0;
  for (var at = lane; at < PIECES; at += 32u) { sum += piece_at(min(row, ROWS - 1u), at); }
  partial[thread] = sum;${tree(32)}
  if (lane == 0u && row < ROWS) { y[row] = partial[first]; }
}
`,
});

/**
 * 256 threads take 4 rows together, each with a part of x in registers, and add up in a tree: the matrix–vector product
 * of llama.cpp's WebGPU backend.
 * Source: https://github.com/ggml-org/llama.cpp/blob/0c4b40ed1d8bc225beaa5d8905b33c083902373a/ggml/src/ggml-webgpu/wgsl-shaders/mul_mat_vec.wgsl
 */
const ggmlWebGpu = definePeer({
  id: 'ggml-webgpu',
  summary: '4 rows × 256 threads, tree',
  workgroupSize: 256,
  rowsPerWorkgroup: 4,
  wgsl: `
var<workgroup> partial: array<f32, 4u * THREADS>;

fn main(workgroup: u32, thread: u32) {
  let first_row = workgroup * 4u;
  if (first_row >= ROWS) { return; }
  var sums: array<f32, 4>;
  for (var at = thread; at < PIECES; at += THREADS) {
    let x_piece = x_at(at);
    for (var r = 0u; r < 4u; r++) {
      if (first_row + r < ROWS) { sums[r] += dot_with(first_row + r, at, x_piece); }
    }
  }
  for (var r = 0u; r < 4u; r++) { partial[r * THREADS + thread] = sums[r]; }
  workgroupBarrier();
  for (var width = THREADS / 2u; width > 0u; width /= 2u) {
    if (thread < width) {
      for (var r = 0u; r < 4u; r++) { partial[r * THREADS + thread] += partial[r * THREADS + thread + width]; }
    }
    workgroupBarrier();
  }
  if (thread < 4u && first_row + thread < ROWS) { y[first_row + thread] = partial[thread * THREADS]; }
}
`,
});

/**
 * 8 rows of 16 threads each. A tile of x goes through workgroup memory; each thread takes one 16-byte load of its row for
 * it, and one thread of each row adds up: ONNX Runtime Web's MatMulNBits for blocks of 32 values.
 * Source: https://github.com/microsoft/onnxruntime/blob/v1.21.0/js/web/lib/wasm/jsep/webgpu/ops/matmulnbits.ts
 * (`createMatMulNBitsBlockSize32ProgramInfo`)
 */
const ortBlocks = definePeer({
  id: 'ort-blocks',
  summary: '8 rows × 16 threads, tiles of x',
  workgroupSize: 128,
  rowsPerWorkgroup: 8,
  wgsl: `
const TILE = 16u * PIECES_PER_LOAD;
var<workgroup> tile: array<Piece, TILE>;
var<workgroup> partial: array<f32, THREADS>;

fn main(workgroup: u32, thread: u32) {
  let lane = thread % 16u;
  let row = workgroup * 8u + thread / 16u;
  var sum = 0.0;
  for (var begin = 0u; begin < PIECES; begin += TILE) {
    for (var i = thread; i < TILE; i += THREADS) {
      if (begin + i < PIECES) { tile[i] = x_at(begin + i); }
    }
    workgroupBarrier();
    for (var i = 0u; i < PIECES_PER_LOAD; i++) {
      let at = lane * PIECES_PER_LOAD + i;
      if (begin + at < PIECES) { sum += dot_with(min(row, ROWS - 1u), begin + at, tile[at]); }
    }
    workgroupBarrier();
  }
  partial[thread] = sum;
  workgroupBarrier();
  if (lane == 0u && row < ROWS) {
    var total = 0.0;
    for (var l = 0u; l < 16u; l++) { total += partial[thread + l]; }
    y[row] = total;
  }
}
`,
});

/**
 * A thread to a row, which it walks alone: what ONNX Runtime Web's MatMulNBits does on most GPUs, and what one writes
 * without thinking.
 * Source: https://github.com/microsoft/onnxruntime/blob/08fe6b2ec398e51b664d9e7215e654a3d4713bee/js/web/lib/wasm/jsep/webgpu/ops/matmulnbits.ts
 */
const ortRows = definePeer({
  id: 'ort-rows',
  summary: '1 thread a row',
  workgroupSize: 64,
  rowsPerWorkgroup: 64,
  wgsl: `
fn main(workgroup: u32, thread: u32) {
  let row = workgroup * THREADS + thread;
  if (row >= ROWS) { return; }
  var sum = 0.0;
  for (var at = 0u; at < PIECES; at++) { sum += piece_at(row, at); }
  y[row] = sum;
}
`,
});

/**
 * 32 threads take 2 rows together. Each subgroup adds up by `subgroupAdd`, and one thread what subgroups found: the
 * matrix–vector product of llama.cpp's Vulkan backend.
 * Source: https://github.com/ggml-org/llama.cpp/blob/4738095371a9c33b1bf0be274260e3c7103b4c93/ggml/src/ggml-vulkan/vulkan-shaders/mul_mat_vec_base.glsl
 */
const llamaVulkan = definePeer({
  id: 'llama-vulkan',
  summary: '2 rows × 32 threads, subgroupAdd',
  requires: ['subgroups'],
  workgroupSize: 32,
  rowsPerWorkgroup: 2,
  wgsl: `
var<workgroup> partial: array<vec2<f32>, THREADS>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup_id: vec3<u32>,
  @builtin(num_workgroups) workgroups: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
  @builtin(subgroup_size) subgroup_size: u32,
) {
  let row = (workgroup_id.y * workgroups.x + workgroup_id.x) * 2u;
  let second = min(row + 1u, ROWS - 1u);
  var sums = vec2<f32>(0.0);
  for (var at = thread; at < PIECES; at += THREADS) {
    let x_piece = x_at(at);
    sums += vec2<f32>(dot_with(min(row, ROWS - 1u), at, x_piece), dot_with(second, at, x_piece));
  }
  partial[thread] = subgroupAdd(sums);
  workgroupBarrier();
  if (thread == 0u) {
    var total = vec2<f32>(0.0);
    for (var t = 0u; t < THREADS; t += subgroup_size) { total += partial[t]; }
    if (row < ROWS) { y[row] = total.x; }
    if (row + 1u < ROWS) { y[row + 1u] = total.y; }
  }
}
`,
});

export const GEMV_PEERS = [tvmWebGpu, tvmCuda, ggmlWebGpu, ortBlocks, ortRows, llamaVulkan];
