/**
 * The peer of decode attention: a workgroup to a query head, which walks all positions in tiles with an online softmax.
 * This is FlashAttention with one query and without splits, in one dispatch: T. Dao et al., "Flash-Decoding for
 * long-context inference", 2023, describes it as what came before (https://pytorch.org/blog/flash-decoding/). A thread
 * finds the score of one position of a tile, and then adds up its own part of the values.
 */

import { attentionReference } from '../../../shaders/attention/reference.ts';
import { matrixInputs } from '../../../shaders/formats/format.ts';
import type { Kernel, Params } from '../../../shaders/kernel.ts';
import { cacheLayout, firstValueRow, SEQUENCE_WGSL } from '../../../shaders/kv-cache.ts';
import { KERNEL_FOLDERS } from '../../../shaders/registry.ts';

type AttentionParams = Parameters<typeof attentionReference>[0];

/** Of one sequence in f16, without a window. */
const accepts = ({ batch, format, window, ropeDim, fresh }: Params): boolean =>
  batch === 1 && format === 'f16' && window === 0 && ropeDim === 0 && fresh === 0;

const WGSL = `
override WORKGROUP_SIZE: u32;
var<workgroup> query: array<vec4<f32>, LOADS * 2u>;
var<workgroup> found: array<f32, THREADS>;
var<workgroup> highest_found: array<f32, THREADS>;

fn main(workgroup: u32, thread: u32) {
  if (workgroup >= HEADS) { return; }
  let sequence = sequences[0];
  let first_row = sequence.first_row + workgroup / GROUP * sequence.rows_per_head;
  for (var i = thread; i < LOADS * 2u; i += THREADS) { query[i] = queries[workgroup * LOADS * 2u + i] * SCORE_SCALE; }
  workgroupBarrier();
  var highest = -1e30;
  var total = 0.0;
  var sum = vec2<f32>(0.0);
  for (var tile = 0u; tile < CONTEXT; tile += THREADS) {
    var score = -1e30;
    if (tile + thread < CONTEXT) {
      score = 0.0;
      for (var i = 0u; i < LOADS; i++) {
        let key = cache[(first_row + tile + thread) * LOADS + i];
        score += dot(vec4<f32>(unpack2x16float(key.x), unpack2x16float(key.y)), query[2u * i])
          + dot(vec4<f32>(unpack2x16float(key.z), unpack2x16float(key.w)), query[2u * i + 1u]);
      }
    }
    highest_found[thread] = score;
    workgroupBarrier();
    for (var width = THREADS / 2u; width > 0u; width /= 2u) {
      if (thread < width) { highest_found[thread] = max(highest_found[thread], highest_found[thread + width]); }
      workgroupBarrier();
    }
    let higher = max(highest, highest_found[0]);
    found[thread] = exp2(score - higher);
    workgroupBarrier();
    let kept = exp2(highest - higher);
    total *= kept;
    sum *= kept;
    highest = higher;
    if (thread < LOADS * 4u) {
      for (var p = 0u; p < min(THREADS, CONTEXT - tile); p++) {
        total += found[p];
        let value = cache[(FIRST_VALUE_ROW + first_row + tile + p) * LOADS + thread / 4u][thread % 4u];
        sum += found[p] * unpack2x16float(value);
      }
    }
    workgroupBarrier();
  }
  if (thread < LOADS * 4u) { attended[workgroup * LOADS * 4u + thread] = sum / total; }
}
`;

/** The threads of a workgroup: two values of a head of 128 each. */
const THREADS = 64;

const attention = KERNEL_FOLDERS.get('attention');
if (!attention) throw new Error('there is no attention');

const paramsOf = (p: Params): AttentionParams => p as AttentionParams;

export const ONE_HEAD_A_WORKGROUP: Kernel = {
  ...attention,
  id: 'one-head-a-workgroup',
  summary: '1 head × 64 threads, no splits',
  tunable: {},
  defaults: {},
  examples: attention.examples.filter((p) => accepts(p) && Number(p.headDim) <= 2 * THREADS),
  refuses: (p) => (accepts(p) ? undefined : 'it takes one sequence in f16'),
  wgsl: (params) => {
    const p = paramsOf(params);
    return `${SEQUENCE_WGSL}
const THREADS = ${THREADS}u;
const HEADS = ${p.queryHeads}u;
const GROUP = ${p.queryHeads / p.kvHeads}u;
const CONTEXT = ${p.context}u;
const LOADS = ${cacheLayout(p).loadsPerRow}u;
const FIRST_VALUE_ROW = ${firstValueRow(p)}u;
const SCORE_SCALE = ${Math.LOG2E / Math.sqrt(p.queryDim)};
${WGSL}`;
  },
  constants: () => ({ WORKGROUP_SIZE: THREADS }),
  inputs: (p, variant) => [
    ...matrixInputs('cache', cacheLayout(paramsOf(p))),
    ...attention.inputs(p, variant).filter(({ name }) => name === 'queries' || name === 'sequences'),
  ],
  outputs: (p) => [
    {
      name: 'attended',
      type: 'array<vec2<f32>>',
      elements: paramsOf(p).queryHeads * paramsOf(p).headDim,
      compare: 'f32',
    },
  ],
  workgroups: (p) => paramsOf(p).queryHeads,
  work: (p, _, variant) => attention.work(p, attention.defaults, variant),
  reference: (p, inputs) => attentionReference(paramsOf(p), inputs, paramsOf(p).context),
};
