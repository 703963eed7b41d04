/**
 * `npm run bench:peers`: our kernels, tuned on this adapter, beside the layouts of public engines (peers/), in rounds in
 * one run: matrix–vector products of one token, and a decode step's attention. All are held to the same references. It
 * prints the time of each, and over that of our tuned kernel: above 1, ours is faster. A peer that is wrong fails.
 * `HBMARK_CONTESTS` names what is timed, such as `f16,attention`; `VK_DRIVER_FILES` the Vulkan driver. Default: all, on lavapipe
 */

import { expect, test } from 'vitest';
import { testHost } from '#host';
import type { KernelCase } from '../../harness/device/program.ts';
import type { Rig } from '../../harness/rig/setup.ts';
import { defaultTuning, type Kernel, type Params, type Tuning } from '../../shaders/kernel.ts';
import { KERNEL_FOLDERS } from '../../shaders/registry.ts';
import { ONE_HEAD_A_WORKGROUP } from './peers/attention.ts';
import { PEER_FORMATS } from './peers/define.ts';
import { GEMV_PEERS } from './peers/gemv.ts';
import { type Contestant, fasterPeers, fastestOf, openRig, quickOf, tableOf, timed } from './peers/race.ts';

/** What is timed: the formats of products, and attention. */
const CONTESTS = process.env.HBMARK_CONTESTS?.split(',') ?? [...PEER_FORMATS, 'attention'];

/**
 * The layouts of a product that are raced beside the defaults and those that a run races: a thread to a row, and 8 or 32
 * to it, with few rows and many, and one load of each row in flight.
 */
const PRODUCT_LAYOUTS: readonly Tuning[] = [
  { lanes: 1, rowsPerGroup: 1 },
  { lanes: 1, rowsPerGroup: 2 },
  { lanes: 1, rowsPerGroup: 4 },
  { lanes: 8, rowsPerGroup: 2 },
  { lanes: 8, rowsPerGroup: 4 },
  { lanes: 8, rowsPerGroup: 8 },
  { lanes: 32, rowsPerGroup: 2 },
].map((layout) => ({ ...layout, workgroupSize: 64, loadsInFlight: 1 }));

/** The same for attention: 64 threads with one head and four, over short splits and long ones. */
const ATTENTION_LAYOUTS: readonly Tuning[] = [
  { headsPerWorkgroup: 4, partsPerThread: 1, positionsPerSplit: 256 },
  { headsPerWorkgroup: 4, partsPerThread: 2, positionsPerSplit: 512 },
  { headsPerWorkgroup: 1, partsPerThread: 1, positionsPerSplit: 512 },
].map((layout) => ({ ...layout, workgroupSize: 64, keyLanes: 4, rowsPerThread: 4 }));

/** A square matrix as models have them, and the heads of Llama-3-8B over a chat; or less, on a slow adapter. */
const [ROWS, COLUMNS] = [[4096, 1024, 256], 4096];
const CONTEXTS = [4096, 1024, 256];
const HEADS = { queryHeads: 32, kvHeads: 8, headDim: 128, queryDim: 128 };
const CACHE = { batch: 1, room: 0, ropeDim: 0, window: 0, format: 'f16', fresh: 0 };

function kernelOf(id: string): Kernel {
  const kernel = KERNEL_FOLDERS.get(id);
  if (!kernel) throw new Error(`there is no ${id}`);
  return kernel;
}

const [gemv, attention, reduce] = ['gemv', 'attention', 'attention-reduce'].map(kernelOf) as [Kernel, Kernel, Kernel];

const PORTABLE = 'portable';
const caseOf = (kernel: Kernel, params: Params, tuning: Tuning, variant = PORTABLE): KernelCase => ({
  ...{ kernel, variant, params, tuning },
});

const canRun = ({ gpu }: Rig, { variants }: Kernel, variant = PORTABLE): boolean =>
  (variants[variant]?.requires ?? []).every((feature) => gpu.features.has(feature));

/** Contestants, the tuned one first, and what they are asked to do. */
interface Contest {
  readonly title: string;
  readonly contestants: readonly Contestant[];
}

/** The fastest of a kernel's layouts and variants, and how it is laid out. */
async function tuned(
  rig: Rig,
  kernel: Kernel,
  params: Params,
  variants: readonly string[],
  layouts: readonly Tuning[],
) {
  const cases = variants
    .filter((variant) => canRun(rig, kernel, variant) && kernel.variants[variant]?.exists?.(params) !== false)
    .flatMap((variant) => {
      const byDefault = defaultTuning(kernel, variant, params);
      const others = [...(kernel.yardstick?.layouts ?? []), ...layouts].map((own) => ({ ...byDefault, ...own }));
      // Where a thread has a row of its own, there is no sum for a subgroup.
      const suits = ({ lanes }: Tuning) => variant !== 'subgroups' || lanes !== 1;
      return [byDefault, ...others]
        .filter((tuning) => kernel.refuses(params, tuning) === undefined && suits(tuning))
        .map((tuning) => caseOf(kernel, params, tuning, variant));
    });
  if (cases.length === 0) return undefined;
  const best = await fastestOf(rig, cases);
  const text = Object.entries(best.tuning).map(([name, value]) => `${name} ${value}`);
  console.log(`${kernel.id} ${params.format}, the fastest of ${cases.length}: ${best.variant}, ${text.join(', ')}`);
  return best;
}

async function products(rig: Rig, format: string): Promise<Contest> {
  const sizes = ROWS.map((rows) => ({ rows, columns: COLUMNS, format, batch: 1, form: 'plain', planes: 1 }));
  const params = await quickOf(rig, gemv, sizes);
  const { rows } = params;
  const inFloats = await tuned(rig, gemv, params, [PORTABLE, 'subgroups'], PRODUCT_LAYOUTS);
  const inBytes = await tuned(rig, gemv, params, ['dot-i8'], PRODUCT_LAYOUTS);
  const ours = [
    { name: 'tuned', cases: inFloats ? [inFloats] : [] },
    { name: 'tuned, x in bytes', cases: inBytes ? [inBytes] : [] },
    { name: 'by default', cases: [caseOf(gemv, params, defaultTuning(gemv, PORTABLE, params))] },
  ].filter(({ cases }) => cases.length > 0);
  const peers = GEMV_PEERS.filter((peer) => canRun(rig, peer)).map((peer) => ({
    ...{ name: `${peer.id}: ${peer.summary}`, isPeer: true },
    cases: [caseOf(peer, { rows, columns: COLUMNS, format }, {})],
  }));
  return { title: `gemv ${format}, ${rows} × ${COLUMNS}`, contestants: [...ours, ...peers] };
}

/** Attention, and the dispatch that combines its splits. */
function attentionOf(name: string, params: Params & { context: number }, tuning: Tuning): Contestant {
  const splits = Math.ceil(params.context / (tuning.positionsPerSplit ?? Number.NaN));
  const { queryHeads, headDim } = HEADS;
  const combined = { batch: 1, splits, fewest: splits, queryHeads, headDim, planes: 1, form: 'plain' };
  return {
    name,
    cases: [caseOf(attention, params, tuning), caseOf(reduce, combined, defaultTuning(reduce, PORTABLE, combined))],
  };
}

async function attentions(rig: Rig): Promise<Contest> {
  const sizes = CONTEXTS.map((context) => ({ ...CACHE, ...HEADS, context, shortest: context }));
  const params = await quickOf(rig, attention, sizes);
  const best = await tuned(rig, attention, params, [PORTABLE], ATTENTION_LAYOUTS);
  const { id, summary } = ONE_HEAD_A_WORKGROUP;
  const contestants = [
    attentionOf('tuned', params, best?.tuning ?? defaultTuning(attention, PORTABLE, params)),
    attentionOf('by default', params, defaultTuning(attention, PORTABLE, params)),
    { name: `${id}: ${summary}`, isPeer: true, cases: [caseOf(ONE_HEAD_A_WORKGROUP, params, {})] },
  ];
  return { title: `attention f16, ${params.context} positions`, contestants };
}

test('our kernels beside the layouts of public engines', { timeout: 3_600_000 }, async () => {
  const rig = await openRig(await testHost(), [gemv, attention]);
  const { description, device, architecture, vendor } = rig.gpu.info;
  console.log(`adapter: ${description || device || `${vendor} ${architecture}`}`);
  for (const contest of CONTESTS) {
    const { title, contestants } = await (contest === 'attention' ? attentions(rig) : products(rig, contest));
    const times = await timed(rig, contestants);
    console.log([`| ${title} | ms | over tuned |`, '|---|---|---|', ...tableOf(times)].join('\n'));
    expect(times.every(({ times, tooSlow }) => tooSlow !== undefined || times.size > 0)).toBe(true);
    expect(fasterPeers(times).sure).toEqual([]);
  }
  rig.close();
});
