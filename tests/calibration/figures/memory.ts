/** How often memory is called uneven: on devices that page a part of it in silence, and on devices that do not. */

import { PROFILES, type Profile } from '../../../harness/profiles.ts';
import { run } from '../../../harness/run/run.ts';
import { type UnevenSlabs, unevenSlabs } from '../../../results/derived/slabs.ts';
import { labelsOf } from '../../../results/labels/index.ts';
import type { RunRecord } from '../../../results/record/schema.ts';
import { type SimulatedDevice, type Uniform, WELL_BEHAVED } from '../device/device.ts';
import { simulatedHost } from '../device/host.ts';
import { SIMULATED } from '../device/kernels.ts';
import { anyDevice, between, REGIMES } from '../device/regimes.ts';
import { uniformOf } from './calibrate.ts';

const GiB = 2 ** 30;

/** A profile that is over once memory has been set up. */
export const SET_UP: Profile = { ...PROFILES.quick, sizes: 3, warmUpMs: 300, minRounds: 2, measureMs: 1 };

/** Returns the record of a run of the ceiling alone. */
export async function recordOf(device: SimulatedDevice, seed = 1, profile = SET_UP): Promise<RunRecord> {
  const kernels = { ...SIMULATED, measured: [SIMULATED.ceiling] };
  const { host } = simulatedHost(device, kernels, uniformOf(seed));
  const options = { harness: { version: '0.0.0', commit: null }, reported: {}, signal: { aborted: false } };
  const events = run(host, { ...options, kernels, profile, seed });
  for (;;) {
    const { done, value } = await events.next();
    if (done) return value;
  }
}

export const unevenIn = ({ plan, clock }: RunRecord): UnevenSlabs | undefined =>
  unevenSlabs(plan.memory?.slabs ?? [], clock);

/** Dispatches that are shorter only take the simulator longer: a region would hold thousands of them. */
const MIN_DISPATCH_MS = 0.02;

/**
 * Returns a device of any kind that pages the second of two slabs, which is read at `pagedShare` of the rate of the
 * first. Its dispatches cost little, so that rates show in the times of 16 MiB.
 */
export const pagingDevice = (uniform: Uniform, pagedShare: number): SimulatedDevice => ({
  ...anyDevice(uniform),
  dispatchMs: MIN_DISPATCH_MS,
  gbps: between(10, 300, uniform),
  memory: { ...WELL_BEHAVED.memory, pagesBeyond: 0.75 * GiB, pagedShare },
});

/** A line of the table. */
export interface MemoryRow {
  readonly devices: string;
  readonly count: number;
  /** The number of devices whose record has the label. */
  readonly labelled: number;
}

/** Runs `each` devices of every kind. */
export async function calibrateMemory(each: number, seed = 1): Promise<MemoryRow[]> {
  const paging = [
    [0.02, 0.3],
    [0.3, 0.7],
  ] as const;
  const kinds = [
    ...REGIMES.map(({ name, draw }) => ({ name: `one memory: ${name}`, draw })),
    ...paging.map(([low, high]) => ({
      name: `half of it paged, at ${low} – ${high} of the rate`,
      draw: (uniform: Uniform) => pagingDevice(uniform, between(low, high, uniform)),
    })),
  ];
  const rows: MemoryRow[] = [];
  for (const [nth, { name, draw }] of kinds.entries()) {
    const uniform = uniformOf(seed + nth, 'machine');
    let labelled = 0;
    for (let i = 0; i < each; i++) {
      const drawn = draw(uniform);
      const device = { ...drawn, dispatchMs: Math.max(MIN_DISPATCH_MS, drawn.dispatchMs) };
      const record = await recordOf(device, seed + nth * each + i);
      if (labelsOf(record).some(({ id }) => id === 'uneven-memory')) labelled++;
    }
    rows.push({ devices: name, count: each, labelled });
  }
  return rows;
}

/** Returns the table as Markdown. */
export const memoryTableText = (rows: readonly MemoryRow[]): string =>
  [
    '| devices | runs | labelled *memory is uneven* |',
    '|---|---:|---:|',
    ...rows.map(({ devices, count, labelled }) => `| ${devices} | ${count} | ${labelled} |`),
  ].join('\n');
