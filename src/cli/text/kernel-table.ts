/** A record as the table of `bench:kernels`: every kernel against the read ceiling of the same rounds. Pure. */

import type { TuningOf } from '../../../harness/tuning/winners.ts';
import {
  bandwidthGBps,
  bandwidthRatio,
  dispatchBytes,
  isMeasured,
  isOfCurve,
  roundsOf,
  timeRatio,
} from '../../../results/derive.ts';
import { bytesText, type Figure, figureOf, figureText, NONE } from '../../../results/figures.ts';
import type { Case, Measured, Measurement, RunRecord } from '../../../results/schema.ts';
import { type Estimate, groupBy } from '../../../results/statistics.ts';
import type { Kernel, Params, Tuning } from '../../../shaders/kernel.ts';
import { sameTuning } from '../../../shaders/problem.ts';
import { formatText, sizesText } from './case-text.ts';
import { table } from './table.ts';

/** One problem: what was measured of it with the best tuning known. GB is 10⁹ bytes. */
export interface KernelRow {
  readonly kernel: string;
  readonly variant: string;
  readonly params: Params;
  readonly tuning: Tuning;
  readonly status: Measurement['status'];
  /** Why there is no figure; null where there is. */
  readonly reason: string | null;
  /** Rounds in which it was measured: below three there is no interval. */
  readonly rounds: number;
  /** The fewest bytes that one dispatch must move. */
  readonly bytes: number | null;
  readonly gbps: Figure | null;
  /** Bandwidth over that of the read ceiling, in the same rounds. */
  readonly ofCeiling: Figure | null;
  /** Speed with the best tuning over the defaults', in the same rounds; 1 where the defaults won; null if not tuned. */
  readonly tunedOverDefault: Figure | null;
  /** Why the defaults have no time beside the winner's: one dispatch of theirs takes too long, say; null where they have. */
  readonly defaultsUntimed: string | null;
  /** Bandwidth over that of the scalar kernel, in the same rounds; null for kernels that have none to compare with. */
  readonly overScalar: Figure | null;
}

export interface TableOptions {
  /** Scalar baselines among them. */
  readonly kernels: readonly Kernel[];
  /** Id of the kernel that the others are judged against. */
  readonly ceiling: string;
  /** Has this problem been tuned? Where it has, and the defaults are used, they won. */
  readonly tuned: (kernel: Kernel, variant: string, params: Params) => boolean;
  readonly tuningOf: TuningOf;
}

/** A row per problem, in the order of the plan. */
export function kernelRows(record: RunRecord, options: TableOptions): KernelRow[] {
  const clock = record.clock.trusted;
  const ceiling = ceilingOf(record, options.ceiling);
  const measured = record.measurements.filter(isMeasured);
  // A sweep over working sets has a table of its own.
  const problems = groupBy(
    record.measurements.filter((m) => !isOfCurve(m)),
    ({ case: c }) => problemOf(c),
  );
  return [...problems.values()].flatMap((attempts): KernelRow[] => {
    const { kernel: id, variant, params } = (attempts[0] as Measurement).case;
    const kernel = options.kernels.find((k) => k.id === id);
    if (!kernel) return [];
    const best = options.tuningOf(kernel, variant, params);
    const chosen = attempts.find((m) => sameTuning(m.case.tuning, best)) ?? (attempts[0] as Measurement);
    const common = {
      kernel: id,
      variant,
      params,
      tuning: chosen.case.tuning,
      status: chosen.status,
    };
    if (!isMeasured(chosen)) {
      const none = {
        rounds: 0,
        bytes: null,
        gbps: null,
        ofCeiling: null,
        tunedOverDefault: null,
        defaultsUntimed: null,
        overScalar: null,
      };
      return [{ ...common, reason: chosen.reason, ...none }];
    }
    const defaults = attempts.find((m) => sameTuning(m.case.tuning, kernel.defaults));
    const byDefault = defaults && isMeasured(defaults) ? defaults : undefined;
    const baseline = options.kernels.find(({ baselineOf }) => baselineOf === id);
    const scalar = largestOf(measured.filter(({ case: c }) => c.kernel === baseline?.id));
    return [
      {
        ...common,
        reason: null,
        rounds: roundsOf(chosen.samples),
        bytes: dispatchBytes(chosen),
        gbps: figure(bandwidthGBps(chosen, clock)),
        ofCeiling: figure(ceiling && bandwidthRatio(chosen, ceiling, clock)),
        tunedOverDefault:
          byDefault === chosen
            ? options.tuned(kernel, variant, params)
              ? { value: 1, ci95: [1, 1] }
              : null
            : figure(byDefault && timeRatio(byDefault, chosen, clock)),
        defaultsUntimed: defaults && !isMeasured(defaults) ? defaults.reason : null,
        overScalar: figure(scalar && bandwidthRatio(chosen, scalar, clock)),
      },
    ];
  });
}

/** The fastest measurement of the ceiling kernel's largest problem. */
export function ceilingOf(record: RunRecord, id: string): Measured | undefined {
  const all = record.measurements.filter(isMeasured).filter((m) => m.case.kernel === id);
  const largest = Math.max(...all.map((m) => m.work.bytesRead));
  const gbps = (m: Measured) => bandwidthGBps(m, record.clock.trusted)?.value ?? 0;
  // Tunings may differ a little in what they write, not in what they read.
  return all.filter((m) => m.work.bytesRead === largest).sort((a, b) => gbps(b) - gbps(a))[0];
}

function problemOf({ kernel, variant, params }: Case): string {
  return JSON.stringify([kernel, variant, params]);
}

/** A baseline is timed at more than one size, for adapters that take too long over the largest. */
const largestOf = (measured: readonly Measured[]): Measured | undefined =>
  [...measured].sort((a, b) => b.work.bytesRead + b.work.bytesWritten - a.work.bytesRead - a.work.bytesWritten)[0];

/** A figure of the table, which says null where there is none. */
const figure = (estimate: Estimate | undefined): Figure | null => (estimate ? figureOf(estimate) : null);

const HEADER = [
  'kernel',
  'format',
  'variant',
  'shape',
  'bytes',
  'GB/s',
  '95 %',
  'of ceiling',
  'tuned ÷ default',
  '÷ scalar',
];

export function kernelTable(rows: readonly KernelRow[]): string {
  const measured = rows.filter(({ status }) => status === 'measured');
  const others = rows.filter(({ status }) => status !== 'measured');
  return [
    table(measured.map(cells), HEADER),
    ...measured.flatMap((r) =>
      r.defaultsUntimed === null
        ? []
        : `defaults untimed: ${r.kernel} ${formatText(r.params)} ${r.variant} ${sizesText(r.params)}: ${r.defaultsUntimed}`,
    ),
    ...others.map(
      (r) => `${r.status}: ${r.kernel} ${formatText(r.params)} ${r.variant} ${sizesText(r.params)}: ${r.reason}`,
    ),
  ].join('\n');
}

function cells({
  kernel,
  variant,
  params,
  rounds,
  bytes,
  gbps,
  ofCeiling,
  tunedOverDefault,
  defaultsUntimed,
  overScalar,
}: KernelRow): string[] {
  const withInterval = (f: Figure | null) => {
    if (!f) return NONE;
    // A thing over itself.
    if (f.ci95 && f.ci95[0] === f.ci95[1]) return String(f.value);
    const { value, interval } = figureText(f, '');
    return `${value} (${interval ?? 'no interval'})`;
  };
  return [
    kernel,
    formatText(params),
    variant,
    sizesText(params),
    bytes === null ? NONE : bytesText(bytes),
    gbps ? figureText(gbps, '').value : NONE,
    (gbps && figureText(gbps, '').interval) ?? `none: ${rounds} rounds`,
    withInterval(ofCeiling),
    defaultsUntimed === null ? withInterval(tunedOverDefault) : 'defaults untimed',
    overScalar ? withInterval(overScalar) : '',
  ];
}
