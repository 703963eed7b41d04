/** `hbmark bench` (`npm run bench:kernels`): every kernel in every format, against the read ceiling of the same rounds. */

import { writeFileSync } from 'node:fs';
import type { RunEvent } from '../../../harness/events.ts';
import { PROFILES } from '../../../harness/profiles.ts';
import { run } from '../../../harness/run.ts';
import { sameFamily, sameTuning, type TuningOf, tuningFrom, type Winner } from '../../../harness/tunings.ts';
import { bandwidthGBps } from '../../../results/derive.ts';
import { figureText } from '../../../results/figures.ts';
import { isSoftware, labelsOf } from '../../../results/labels.ts';
import type { RunRecord } from '../../../results/schema.ts';
import type { Kernel, KernelSet } from '../../../shaders/kernel.ts';
import { KERNELS } from '../../../shaders/registry.ts';
import { ceilingOf, type KernelRow, kernelRows, kernelTable } from '../bench/kernel-table.ts';
import { scalarCopy } from '../bench/scalar-copy.ts';
import { scalarRead } from '../bench/scalar-read.ts';
import { scalarTriad } from '../bench/scalar-triad.ts';
import { scalarWrite } from '../bench/scalar-write.ts';
import { cacheLines } from '../cache-curve.ts';
import { runInChromium } from '../chromium-run.ts';
import { EXIT, type ExitCode, UsageError } from '../errors.ts';
import { choice, number, randomSeed, repeated, single } from '../flags.ts';
import { createNodeHost } from '../node-host.ts';
import { requireWritable } from '../out-file.ts';
import { type Progress, progressBar } from '../progress.ts';
import { readTunings } from '../tunings.ts';
import { BUDGET_RANGE, kernelsNamed, tuneHere } from './tune.ts';

/** Scalar kernels by the id of the kernel that they are a baseline of. */
const BASELINES: Readonly<Record<string, Kernel>> = {
  'stream-read': scalarRead,
  'stream-write': scalarWrite,
  'stream-copy': scalarCopy,
  'stream-triad': scalarTriad,
};

export interface BenchFlags {
  readonly kernels: readonly Kernel[];
  readonly host: 'node' | 'chromium';
  readonly adapter: string | undefined;
  readonly memoryGB: number | undefined;
  readonly tuneSeconds: number | undefined;
  readonly seed: number;
  readonly out: string | undefined;
  readonly json: boolean;
}

/** @throws UsageError */
export function parseBenchFlags(flags: Readonly<Record<string, unknown>>): BenchFlags {
  const host = choice('--host', flags.host, ['node', 'chromium']) ?? 'node';
  const adapter = single('--adapter', flags.adapter);
  if (host === 'chromium') {
    if (flags.tune !== undefined)
      throw new UsageError('leave --tune out with --host chromium: tuning is not there yet');
    if (flags.kernel !== undefined) throw new UsageError('leave --kernel out with --host chromium: the page runs all');
    if (adapter !== undefined && adapter !== 'swiftshader') {
      throw new UsageError(`--adapter with --host chromium can only be swiftshader; got "${adapter}"`);
    }
  }
  return {
    kernels: kernelsNamed(repeated('--kernel', flags.kernel)),
    host,
    adapter,
    memoryGB: number('--memory', flags.memory, { least: 0.1, most: 1000, unit: 'GB' }),
    tuneSeconds: number('--tune', flags.tune, BUDGET_RANGE),
    seed: number('--seed', flags.seed, { least: 0, most: 0xffffffff, whole: true }) ?? randomSeed(),
    out: single('--out', flags.out),
    json: flags.json === true,
  };
}

export async function bench(flags: BenchFlags): Promise<ExitCode> {
  if (flags.out !== undefined) requireWritable(flags.out);
  const abort = new AbortController();
  process.once('SIGINT', () => abort.abort());
  const progress = progressBar();
  let record: RunRecord | undefined;
  try {
    if (flags.tuneSeconds !== undefined) await tuneFirst(flags, flags.tuneSeconds, abort.signal, progress);
    const events = flags.host === 'node' ? await inNode(flags, abort.signal) : inChromium(flags, abort.signal);
    for await (const event of events) {
      progress.show(event);
      if (event.type === 'done') record = event.record;
    }
  } finally {
    progress.stop();
  }
  if (!record) throw new Error('the run ended without a record');
  if (flags.out !== undefined) writeFileSync(flags.out, `${JSON.stringify(record, null, 2)}\n`);
  const rows = rowsOf(record, flags);
  console.log(flags.json ? JSON.stringify(benchDocument(record, rows), null, 2) : benchText(record, rows));
  if (rows.some(({ status }) => status === 'wrong')) return EXIT.wrong;
  return abort.signal.aborted ? EXIT.interrupted : EXIT.done;
}

/** Winners are kept as they are found; what the defaults do wrong shows in the table. */
async function tuneFirst(
  { kernels, adapter, seed }: BenchFlags,
  budgetSeconds: number,
  signal: AbortSignal,
  progress: Progress,
): Promise<void> {
  await tuneHere({
    kernels: [...new Set([KERNELS.ceiling, ...kernels])],
    adapter,
    budgetSeconds,
    seed,
    signal,
    progress,
  });
}

async function inNode(flags: BenchFlags, signal: AbortSignal): Promise<AsyncGenerator<RunEvent>> {
  const kernels = benchKernels(flags.kernels);
  return run(await createNodeHost({ adapter: flags.adapter }), {
    kernels,
    profile: PROFILES.kernels,
    seed: flags.seed,
    harness: { version: __HBMARK_VERSION__, commit: __HBMARK_COMMIT__ },
    reported: {},
    ...(flags.memoryGB !== undefined && { memoryBytes: flags.memoryGB * 1e9 }),
    tuningsFor(adapter, host) {
      const tuningOf = tuningFrom(readTunings(kernels.measured, adapter, host));
      return (kernel, variant, params) => withDefaults(tuningOf(kernel, variant, params), kernel);
    },
    signal,
  });
}

/** The best tuning known and, where that is another, the defaults as its control. */
function withDefaults(best: ReturnType<TuningOf>, { defaults }: Kernel) {
  return sameTuning(best, defaults) ? [defaults] : [best, defaults];
}

/** The page measures all its kernels, with their defaults; scalar baselines are not among them. */
function inChromium({ seed, memoryGB, adapter }: BenchFlags, signal: AbortSignal): AsyncGenerator<RunEvent> {
  const swiftshader = adapter === undefined ? undefined : 'swiftshader';
  return runInChromium({ profile: 'kernels', seed, memoryGB, gpu: undefined, adapter: swiftshader, signal });
}

/** What is measured: the kernels asked for, the ceiling, and the baselines of those that have one. */
function benchKernels(asked: readonly Kernel[]): KernelSet {
  const kernels = [...new Set([KERNELS.ceiling, ...asked])];
  const baselines = kernels.flatMap(({ id }) => BASELINES[id] ?? []);
  return { ...KERNELS, measured: [...kernels, ...baselines] };
}

function rowsOf(record: RunRecord, { host, kernels: asked }: BenchFlags): KernelRow[] {
  const kernels = benchKernels(asked).measured;
  const winners: readonly Winner[] = host === 'node' ? readTunings(kernels, record.adapter, record.host) : [];
  return kernelRows(record, {
    kernels,
    ceiling: KERNELS.ceiling.id,
    baselines: BASELINES,
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
  const { value = '–', interval = '–' } = gbps ? figureText(gbps, 'GB/s') : {};
  return [
    ...labelsOf(record).map(({ title, reason }) => `! ${title}: ${reason}`),
    `adapter  ${name || 'unnamed'}, through ${host.brand} ${host.majorVersion ?? ''} on ${host.platform}`,
    `clock    ${clock.trusted}: ${clock.reason}`,
    `ceiling  ${value} GB/s (95 %: ${interval}), ${KERNELS.ceiling.id} in the same rounds`,
    '',
    kernelTable(rows),
    ...cacheLines(record),
  ].join('\n');
}
