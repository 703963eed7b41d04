/**
 * The agreement of timestamps and wall clock on fast GPUs. Recording a dispatch takes the host 0.6 – 1.9 µs, which the
 * wall time of a region includes. With dispatches of 16 MiB an H100 seemed to have wrong timestamps. The table has the
 * agreement as the clock check found it then, and as it finds it now, from one model of the machine.
 */

import { chooseClock } from '../../../harness/clock/check.ts';
import type { Workload } from '../../../harness/clock/clock.ts';
import { emptySubmissions } from '../../../harness/clock/quanta.ts';
import { queueDrainClock } from '../../../harness/clock/queue-drain.ts';
import { openGpu } from '../../../harness/device/device.ts';
import { createFiller } from '../../../harness/device/memory.ts';
import { createMemory } from '../../../harness/device/pools.ts';
import { PROFILES } from '../../../harness/profiles.ts';
import { prepare } from '../../../harness/sampling/prepared.ts';
import type { ClockInfo } from '../../../results/record/schema.ts';
import { type SimulatedDevice, WELL_BEHAVED } from '../device/device.ts';
import { simulatedHost } from '../device/host.ts';
import { SIMULATED } from '../device/kernels.ts';
import { uniformOf } from '../figures/calibrate.ts';
import { measuredRecord } from './machines.ts';

/** GPUs by the bandwidth that a native read reaches of their peak, in GB/s: derived from `results/data/reference`. */
const FAST: readonly { readonly name: string; readonly gbps: number }[] = [
  { name: 'A100 80 GB', gbps: 1770 },
  { name: 'H100 PCIe', gbps: 1980 },
  { name: 'H100 SXM', gbps: 3000 },
  { name: 'H200', gbps: 3890 },
  { name: 'MI300X', gbps: 4300 },
  { name: 'B200', gbps: 7000 },
];

/** The time to record a dispatch, in ms: Dawn's range. */
const RECORD_MS = [0.0006, 0.0012, 0.0019];

/** The fixed cost of a dispatch on these GPUs, in ms. */
const DISPATCH_MS = 0.0025;

const MiB = 2 ** 20;

/** The clock check with dispatches of 16 MiB and without a pre-roll, as it was. */
async function before(device: SimulatedDevice): Promise<ClockInfo> {
  const { host } = simulatedHost(device, SIMULATED, uniformOf(1));
  const gpu = await openGpu(host);
  const filler = await createFiller(gpu, SIMULATED.fill);
  const memory = await createMemory(gpu, filler, { poolBytes: PROFILES.quick.poolBytes, seed: 1 });
  const kernelCase = { kernel: SIMULATED.ceiling, variant: 'portable', params: { bytes: 16 * MiB }, tuning: {} };
  const probe = await prepare({ gpu, filler, memory, seed: 1, kernelCase });
  // A region was one submission.
  const inOne: Workload = {
    ...probe,
    encode: (units) => (pass) => {
      for (const encode of probe.encode(units)) encode(pass);
    },
  };
  const empties = await emptySubmissions(queueDrainClock(host, gpu));
  return (await chooseClock(host, gpu, { probe: inOne, regionMs: 60, empties, preRollMs: 0 })).info;
}

export interface FastRow {
  readonly name: string;
  readonly gbps: number;
  readonly recordMs: number;
  readonly before: Pick<ClockInfo, 'agreement' | 'trusted'>;
  readonly after: Pick<ClockInfo, 'agreement' | 'trusted'>;
}

/** Returns the agreement for every GPU and time to record. */
export async function calibrateFastGpus(): Promise<FastRow[]> {
  const rows: FastRow[] = [];
  for (const { name, gbps } of FAST) {
    for (const recordMs of RECORD_MS) {
      const noise = { ...WELL_BEHAVED.noise, sigma: 0.001 };
      const device = { ...WELL_BEHAVED, gbps, dispatchMs: DISPATCH_MS, recordMs, submitMs: 0.1, noise };
      const { record } = await measuredRecord(device, 1);
      rows.push({ name, gbps, recordMs, before: await before(device), after: record.clock });
    }
  }
  return rows;
}

/** Returns the table as Markdown. */
export function fastTableText(rows: readonly FastRow[]): string {
  const text = ({ agreement, trusted }: FastRow['before']) =>
    `${agreement?.toFixed(3) ?? '–'}, ${trusted === 'timestamp-query' ? 'trusted' : 'not trusted'}`;
  return [
    '| GPU | GB/s | µs to record a dispatch | 16 MiB, no pre-roll | now |',
    '|---|---:|---:|---|---|',
    ...rows.map(
      (row) =>
        `| ${row.name} | ${row.gbps} | ${(1000 * row.recordMs).toFixed(1)} | ${text(row.before)} | ${text(row.after)} |`,
    ),
  ].join('\n');
}
