/** How a workgroup of attention is laid over its problem, and how many workgroups there are. */

import { quantsPerLoad } from '../formats/format.ts';
import { WORKGROUP_MEMORY } from '../kernel.ts';
import { cacheLayout, keyDim } from '../kv-cache.ts';
import { type AttentionParams, rowsWritten, splitCount } from './layout.ts';

export type AttentionTuning = {
  readonly workgroupSize: number;
  /** The maximum number of threads that share a row of keys. They must divide its loads. */
  readonly keyLanes: number;
  /** The number of positions that a thread takes at a time: 2 or 4. */
  readonly rowsPerThread: number;
  /** The maximum number of query heads of a workgroup. */
  readonly headsPerWorkgroup: number;
  /**
   * The maximum number of parts (four values each) of a load of values that a thread unpacks. It keeps a sum per part
   * and head.
   */
  readonly partsPerThread: number;
  readonly positionsPerSplit: number;
};

/** The number of threads that share the softmax of a head, at most: few, since each reads what all others found. */
const SOFTMAX_LANES = 8;

/** The number of bundles of keys whose sums lie beside each other in workgroup memory. */
export const BUNDLE_RUN = 8;

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

/** The number of 16-byte loads of keys that a thread issues before it uses the first. */
const KEY_LOADS_IN_FLIGHT = 4;

/** The number of threads that share a row of keys before a thread takes more than one of its loads: 64 bytes in a run. */
const FEWEST_KEY_LANES = 4;

/** The number of rows of values that a thread loads before it uses the first, for each part of a load that it unpacks. */
const VALUE_ROWS_IN_FLIGHT = 4;

/** The workgroup memory, in bytes, with which 256 threads leave an AMD GPU room for 18 waves on a SIMD (docs/codegen.md). */
const ROOMY = 14 * 1024;

/** Lays a workgroup's threads over the heads, the keys and the values. `memory` is the workgroup memory, in bytes. */
export function plan(p: AttentionParams, t: AttentionTuning) {
  const { loadsPerRow, format } = cacheLayout(p);
  const rows = t.rowsPerThread;
  const parts = quantsPerLoad(format) / 4;
  const valueParts = Math.min(parts, t.partsPerThread);
  const keyLoads = gcd(KEY_LOADS_IN_FLIGHT / rows, loadsPerRow / gcd(FEWEST_KEY_LANES, loadsPerRow));
  const keyLanes = gcd(t.keyLanes, loadsPerRow / keyLoads);
  const valueLanes = p.headDim / (4 * valueParts);
  const valueBundles = t.workgroupSize / valueLanes;
  const bundlesInFlight = Math.max(1, VALUE_ROWS_IN_FLIGHT / (rows * valueParts));
  const valueSteps = Math.ceil(t.positionsPerSplit / (rows * valueBundles * bundlesInFlight));
  const bundles = valueSteps * valueBundles * bundlesInFlight;
  const memoryPerHead = 4 * (keyDim(p) + rows * (t.workgroupSize + bundles));
  const group = p.queryHeads / p.kvHeads;
  const headsThatFit = Math.floor(WORKGROUP_MEMORY / memoryPerHead);
  const chunks = Math.ceil(group / Math.max(1, Math.min(t.headsPerWorkgroup, headsThatFit)));
  const heads = Math.ceil(group / chunks);
  // The newest rows wait where the queries will.
  const queryRows = Math.max(heads, newRows(p));
  const memory = heads * memoryPerHead + 4 * (queryRows - heads) * keyDim(p);
  const headsAtOnce = memory <= ROOMY ? heads : Math.ceil(heads / 2);
  return {
    loadsPerRow,
    group,
    chunks,
    heads,
    queryRows,
    rows,
    parts,
    valueParts,
    keyLanes,
    keyLoads,
    keyBundles: t.workgroupSize / keyLanes,
    valueLanes,
    valueBundles,
    valueSteps,
    bundlesInFlight,
    bundles,
    softmaxLanes: Math.min(SOFTMAX_LANES, keyDim(p) / 8),
    headsAtOnce,
    memory: memory - 4 * (heads - headsAtOnce) * rows * t.workgroupSize,
  };
}
/** The number of rows that a KV head of one sequence gets: a key and a value, a latent, or none. */
export const newRows = (p: AttentionParams): number => rowsWritten(p) / (p.batch * p.kvHeads);

/** The number of workgroups. */
export const workgroupsOf = (p: AttentionParams, t: AttentionTuning): number =>
  splitCount(p, t.positionsPerSplit) * p.kvHeads * plan(p, t).chunks;

/**
 * 1024 workgroups at 32768 positions and 8 KV heads, with 8 KiB of keys in flight each. A thread needs about 60 registers,
 * which is what an Intel GPU has where it runs 16 threads at once: nothing spills. Twice the rows, or parts, need fewer reads
 * of workgroup memory, and more registers.
 */
export const DEFAULTS: AttentionTuning = {
  workgroupSize: 128,
  keyLanes: 8,
  rowsPerThread: 2,
  headsPerWorkgroup: 4,
  partsPerThread: 1,
  positionsPerSplit: 256,
};

/** Workgroups that are enough for a large GPU: about four for each of the 132 cores of an H100. */
const ENOUGH_WORKGROUPS = 512;

/** The number of positions of the shortest split whose scores take so much memory that 128 threads do not fill an AMD GPU. */
const LONG_SPLIT = 128;

/**
 * Returns the defaults for a problem. Where a grid is large, twice the threads share the memory of a workgroup: an AMD GPU
 * has room for 18 waves on a SIMD then instead of 12 (docs/codegen.md). All threads of a small grid have room at once; 128 are
 * kept there, since SwiftShader takes twice as long with as many. A decode step shortens its splits until the grid is large,
 * and only long ones need twice the threads.
 */
export function defaultsFor(p: AttentionParams): AttentionTuning {
  const positionsPerSplit = p.fresh > 0 ? LONG_SPLIT : DEFAULTS.positionsPerSplit;
  const isLarge = workgroupsOf(p, { ...DEFAULTS, positionsPerSplit }) >= ENOUGH_WORKGROUPS;
  return isLarge ? { ...DEFAULTS, workgroupSize: 256 } : DEFAULTS;
}
