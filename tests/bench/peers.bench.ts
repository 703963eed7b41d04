/**
 * `npm run bench:peers`: our kernels, tuned on this adapter, beside the layouts of public engines (peers/), in rounds in
 * one run: matrix–vector products of one token, and a decode step's attention. All are held to the same references. It
 * prints the time of each, and over that of our tuned kernel: above 1, ours is faster. A peer that is wrong fails.
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
import { type Contestant, openRig, quickOf, tableOf, timed, tuned } from './peers/race.ts';

/** The time in which a kernel is tuned. */
const TUNING_MS = 30_000;

/** A square matrix as models have them, and the heads of Llama-3-8B over a chat; or less, on a slow adapter. */
const [ROWS, COLUMNS] = [[4096, 1024, 256], 4096];
const CONTEXTS = [4096, 1024, 256];
const HEADS = { queryHeads: 32, kvHeads: 8, headDim: 128, queryDim: 128 };
const CACHE = { batch: 1, room: 0, ropeDim: 0, window: 0, format: 'f16' };

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

async function products(rig: Rig, format: string): Promise<Contest> {
  const sizes = ROWS.map((rows) => ({ rows, columns: COLUMNS, format, batch: 1, form: 'plain', planes: 1 }));
  const params = await quickOf(rig, gemv, sizes);
  const { rows } = params;
  const ours: Contestant[] = [];
  for (const variant of [PORTABLE, 'dot-i8']) {
    if (!canRun(rig, gemv, variant) || gemv.variants[variant]?.exists?.(params) === false) continue;
    const tuning = await tuned(rig, { kernel: gemv, variant, params }, TUNING_MS);
    const text = Object.entries(tuning).map(([name, value]) => `${name} ${value}`);
    console.log(`${format}, ${variant}: ${text.join(', ')}`);
    const name = variant === PORTABLE ? 'tuned' : 'tuned, x in bytes';
    ours.push({ name, cases: [caseOf(gemv, params, tuning, variant)] });
  }
  const peers = GEMV_PEERS.filter((peer) => canRun(rig, peer)).map((peer) => ({
    name: `${peer.id}: ${peer.summary}`,
    cases: [caseOf(peer, { rows, columns: COLUMNS, format }, {})],
  }));
  const byDefault = { name: 'by default', cases: [caseOf(gemv, params, defaultTuning(gemv, PORTABLE, params))] };
  return { title: `gemv ${format}, ${rows} × ${COLUMNS}`, contestants: [...ours, byDefault, ...peers] };
}

/** Attention, and the dispatch that combines its splits. */
function attentionOf(name: string, params: Params & { context: number }, tuning: Tuning): Contestant {
  const splits = Math.ceil(params.context / (tuning.positionsPerSplit ?? Number.NaN));
  const { queryHeads, headDim } = HEADS;
  const combined = { batch: 1, splits, fewest: splits, queryHeads, headDim, planes: 1, form: 'plain' };
  return { name, cases: [caseOf(attention, params, tuning), caseOf(reduce, combined, reduce.defaults)] };
}

async function attentions(rig: Rig): Promise<Contest> {
  const sizes = CONTEXTS.map((context) => ({ ...CACHE, ...HEADS, context, shortest: context }));
  const params = await quickOf(rig, attention, sizes);
  const { id, summary } = ONE_HEAD_A_WORKGROUP;
  const contestants = [
    attentionOf('tuned', params, await tuned(rig, { kernel: attention, variant: PORTABLE, params }, TUNING_MS)),
    attentionOf('by default', params, attention.defaults),
    { name: `${id}: ${summary}`, cases: [caseOf(ONE_HEAD_A_WORKGROUP, params, {})] },
  ];
  return { title: `attention f16, ${params.context} positions`, contestants };
}

test('our kernels beside the layouts of public engines', { timeout: 3_600_000 }, async () => {
  const rig = await openRig(await testHost(), [gemv, attention]);
  const { description, device, architecture, vendor } = rig.gpu.info;
  console.log(`adapter: ${description || device || `${vendor} ${architecture}`}`);
  const contests = [...PEER_FORMATS.map((format) => () => products(rig, format)), () => attentions(rig)];
  for (const contest of contests) {
    const { title, contestants } = await contest();
    const times = await timed(rig, contestants);
    console.log([`| ${title} | ms | over tuned |`, '|---|---|---|', ...tableOf(times)].join('\n'));
    expect(times.every(({ times }) => times.size > 0)).toBe(true);
  }
  rig.close();
});
