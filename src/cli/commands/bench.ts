/**
 * `hbmark bench` (`npm run bench:kernels`): measures every kernel in every format against the read ceiling of the same
 * rounds.
 */

import { bandwidthGBps } from '../../../results/derived/derive.ts';
import { labelsOf } from '../../../results/labels/index.ts';
import { isSoftware } from '../../../results/machine/identity.ts';
import type { RunRecord } from '../../../results/record/schema.ts';
import { NONE } from '../../../results/text/figures.ts';
import { sameFamily } from '../../../shaders/problem.ts';
import { KERNELS, withBaselines } from '../../../shaders/registry.ts';
import { PARAMS } from '../../session/params.ts';
import { READER } from '../../session/reader.ts';
import { kernelsOf } from '../../session/run-options.ts';
import { EXIT, worstOf } from '../errors.ts';
import { isOn, readValue, type ValueOption } from '../flags.ts';
import { readTunings } from '../hosts/tunings.ts';
import { exitCodeOfRun, type RecordedSession, recordOf, reportTroubles } from '../measuring/session.ts';
import { type TuneOutcome, tuneAndKeep } from '../measuring/tuning.ts';
import { BUDGET, JSON_OUTPUT, KERNEL, type Measuring, measuringOf, OUT, PLACE } from '../options.ts';
import { cacheLines } from '../text/charts/cache-curve.ts';
import { figureLine } from '../text/figure-line.ts';
import { labelLines, machineLines } from '../text/machine-lines.ts';
import { print, printJson } from '../text/print.ts';
import { ceilingOf, type KernelRow, kernelRows, kernelTable } from '../text/tables/kernel-table.ts';
import type { Command } from './command.ts';

/** A GPU measures everything in less; an adapter whose compiler is slow stops here. */
const DEFAULT_BUDGET_SECONDS = 600;

const BENCH_KERNEL = { ...KERNEL, help: 'Only this kernel, and the read ceiling; may be repeated (default: all)' };

const BENCH_BUDGET = {
  ...BUDGET,
  help: `Maximum time to measure; the table lists what it did not reach (default: ${DEFAULT_BUDGET_SECONDS})`,
};

const TUNE: ValueOption<number> = {
  name: 'tune',
  value: 'seconds',
  help: 'Tune first, for at most this time (default: no tuning)',
  param: PARAMS.tuneSeconds,
};

interface BenchInput extends Measuring {
  readonly out: string | undefined;
  readonly json: boolean;
}

export const bench = {
  name: 'bench',
  help: 'Measure every kernel in every format against the read ceiling',
  options: [BENCH_KERNEL, TUNE, BENCH_BUDGET, ...PLACE, OUT, JSON_OUTPUT],

  parse(_, flags) {
    const { host, adapter, params } = measuringOf(flags);
    return {
      host,
      adapter,
      params: {
        ...params,
        profile: 'kernels',
        compare: true,
        tuneSeconds: readValue(TUNE, flags) ?? null,
        budgetSeconds: readValue(BENCH_BUDGET, flags) ?? DEFAULT_BUDGET_SECONDS,
      },
      out: readValue(OUT, flags),
      json: isOn(JSON_OUTPUT, flags),
    };
  },

  async run({ out, json, ...input }) {
    let tuning: TuneOutcome | undefined;
    const recorded = await recordOf(out, (session) =>
      events(input, session, (outcome) => {
        tuning = outcome;
      }),
    );
    const { record } = recorded;
    const rows = rowsOf(record);
    if (json) printJson(benchDocument(record, rows));
    else print(benchText(record, rows));
    reportTroubles(recorded);
    // Without their file, the winners were used, and are elsewhere.
    return worstOf([exitCodeOfRun(recorded), tuning?.unwritten === undefined ? EXIT.done : EXIT.unwritten]);
  },
} satisfies Command<BenchInput>;

/**
 * Tunes first, if a time is given for it. Winners are kept as they are found, so that an interrupted run keeps them
 * too.
 */
async function* events(input: Measuring, session: RecordedSession, onTuned: (outcome: TuneOutcome) => void) {
  const { host, adapter, params } = input;
  if (params.tuneSeconds !== null) {
    const kernels = [...new Set([KERNELS.ceiling, ...kernelsOf(params)])].map(({ id }) => id);
    const outcome = await tuneAndKeep({ ...input, params: { ...params, kernels } }, session);
    if (outcome.failure) throw outcome.failure.error;
    onTuned(outcome);
  }
  const { signal, otherRun, keep } = session;
  yield* host.run({ adapter, params, models: [], signal, otherRun, keep });
}

function rowsOf(record: RunRecord): KernelRow[] {
  const { measured: kernels } = withBaselines(KERNELS.measured);
  const winners = readTunings(kernels, record.adapter, record.host);
  return kernelRows(record, {
    kernels,
    ceiling: KERNELS.ceiling.id,
    tuned: (kernel, variant, params) =>
      winners.some((w) => w.kernel === kernel.id && w.variant === variant && sameFamily(w.params, params)),
  });
}

/** Returns the document of `hbmark bench --json`. */
function benchDocument(record: RunRecord, rows: readonly KernelRow[]) {
  const ceiling = ceilingOf(record, KERNELS.ceiling.id);
  const gbps = ceiling && bandwidthGBps(ceiling, record.clock.trusted);
  const { trusted, reason, timestampQuantumNs } = record.clock;
  return {
    adapter: record.adapter,
    software: isSoftware(record.adapter),
    clock: { trusted, reason, timestampQuantumNs },
    ceiling: gbps ? { gbps: gbps.value, ci95: gbps.ci95 } : null,
    rows,
    labels: labelsOf(record, READER),
    record,
  };
}

function benchText(record: RunRecord, rows: readonly KernelRow[]): string {
  const ceiling = ceilingOf(record, KERNELS.ceiling.id);
  const gbps = ceiling && bandwidthGBps(ceiling, record.clock.trusted);
  return [
    ...labelLines(record),
    ...machineLines(record),
    `ceiling  ${gbps ? figureLine(gbps, 'GB/s') : NONE}, the largest dispatch of ${KERNELS.ceiling.id} in the same rounds`,
    '',
    kernelTable(rows),
    ...cacheLines(record),
  ].join('\n');
}
