/** `hbmark bench` (`npm run bench:kernels`): every kernel in every format, against the read ceiling of the same rounds. */

import { tuningFrom } from '../../../harness/tuning/winners.ts';
import { bandwidthGBps } from '../../../results/derive.ts';
import { NONE } from '../../../results/figures.ts';
import { isSoftware, labelsOf } from '../../../results/labels.ts';
import type { RunRecord } from '../../../results/schema.ts';
import type { Kernel } from '../../../shaders/kernel.ts';
import { sameFamily } from '../../../shaders/problem.ts';
import { KERNELS, withBaselines } from '../../../shaders/registry.ts';
import type { ExitCode } from '../errors.ts';
import { number, single } from '../flags.ts';
import { readTunings } from '../hosts/tunings.ts';
import { measure, type Place, parsePlace } from '../measure.ts';
import { exitCodeOfRecord, recordOf, reportLost, type Session } from '../session.ts';
import { cacheLines } from '../text/cache-curve.ts';
import { figureLine } from '../text/figure-line.ts';
import { ceilingOf, type KernelRow, kernelRows, kernelTable } from '../text/kernel-table.ts';
import { BUDGET_RANGE, parseKernels, tuneAndKeep } from './tune.ts';

/** On a GPU all is measured before; where a compiler is slow, this is when to stop. */
const DEFAULT_BUDGET_SECONDS = 600;

export interface BenchFlags extends Place {
  readonly kernels: readonly Kernel[];
  readonly tuneSeconds: number | undefined;
  readonly budgetSeconds: number;
  readonly out: string | undefined;
  readonly json: boolean;
}

/** @throws UsageError */
export function parseBenchFlags(flags: Readonly<Record<string, unknown>>): BenchFlags {
  return {
    ...parsePlace(flags),
    kernels: parseKernels(flags.kernel),
    tuneSeconds: number('--tune', flags.tune, BUDGET_RANGE),
    budgetSeconds: number('--budget', flags.budget, BUDGET_RANGE) ?? DEFAULT_BUDGET_SECONDS,
    out: single('--out', flags.out),
    json: flags.json === true,
  };
}

export async function bench(flags: BenchFlags): Promise<ExitCode> {
  const { record } = await recordOf(flags.out, (session) => events(flags, session));
  const rows = rowsOf(record);
  console.log(flags.json ? JSON.stringify(benchDocument(record, rows), null, 2) : benchText(record, rows));
  reportLost(record);
  return exitCodeOfRecord(record);
}

/** Winners are kept as they are found; what the defaults do wrong shows in the table. */
async function* events(flags: BenchFlags, session: Session) {
  const { kernels, tuneSeconds } = flags;
  if (tuneSeconds !== undefined) {
    const all = [...new Set([KERNELS.ceiling, ...kernels])];
    await tuneAndKeep({ ...flags, kernels: all, budgetSeconds: tuneSeconds }, session);
  }
  yield* measure({ ...flags, profile: 'kernels', compare: true, signal: session.signal });
}

function rowsOf(record: RunRecord): KernelRow[] {
  const { measured: kernels } = withBaselines(KERNELS.measured);
  const winners = readTunings(kernels, record.adapter, record.host);
  return kernelRows(record, {
    kernels,
    ceiling: KERNELS.ceiling.id,
    tuningOf: tuningFrom(winners),
    tuned: (kernel, variant, params) =>
      winners.some((w) => w.kernel === kernel.id && w.variant === variant && sameFamily(w.params, params)),
  });
}

/** The document of `hbmark bench --json`. */
export function benchDocument(record: RunRecord, rows: readonly KernelRow[]) {
  const ceiling = ceilingOf(record, KERNELS.ceiling.id);
  const gbps = ceiling && bandwidthGBps(ceiling, record.clock.trusted);
  const { trusted, reason, timestampQuantumNs } = record.clock;
  return {
    adapter: record.adapter,
    software: isSoftware(record.adapter),
    clock: { trusted, reason, timestampQuantumNs },
    ceiling: gbps ? { gbps: gbps.value, ci95: gbps.ci95 } : null,
    rows,
    labels: labelsOf(record),
    record,
  };
}

function benchText(record: RunRecord, rows: readonly KernelRow[]): string {
  const { adapter, host, clock } = record;
  const ceiling = ceilingOf(record, KERNELS.ceiling.id);
  const gbps = ceiling && bandwidthGBps(ceiling, clock.trusted);
  const name = [adapter.vendor, adapter.architecture, adapter.device, adapter.description].filter(Boolean).join(' · ');
  return [
    ...labelsOf(record).map(({ title, reason }) => `! ${title}: ${reason}`),
    `adapter  ${name || 'unnamed'}, through ${host.brand} ${host.majorVersion ?? ''} on ${host.platform}`,
    `clock    ${clock.trusted}: ${clock.reason}`,
    `ceiling  ${gbps ? figureLine(gbps, 'GB/s') : NONE}, ${KERNELS.ceiling.id} in the same rounds`,
    '',
    kernelTable(rows),
    ...cacheLines(record),
  ].join('\n');
}
