/** The table of `hbmark bench`: every kernel against the read ceiling of the same rounds. */

import {
  bandwidthGBps,
  bandwidthRatio,
  dispatchBytes,
  isMeasured,
  isOfCurve,
  roundsOf,
  timeRatio,
} from '../../../../results/derived/derive.ts';
import { groupBy, maxOf } from '../../../../results/lists.ts';
import type { Case, Measured, Measurement, RunRecord } from '../../../../results/record/schema.ts';
import type { Estimate } from '../../../../results/statistics.ts';
import { bytesText, type Figure, figureOf, figureText, NONE } from '../../../../results/text/figures.ts';
import { defaultTuning, type Kernel, type Params, type Tuning } from '../../../../shaders/kernel.ts';
import { sameTuning } from '../../../../shaders/problem.ts';
import { formatText, sizesText } from '../case-text.ts';
import { table } from './table.ts';

/** One problem, measured with the best tuning known. GB is 10⁹ bytes. */
export interface KernelRow {
  readonly kernel: string;
  readonly variant: string;
  readonly params: Params;
  readonly tuning: Tuning;
  readonly status: Measurement['status'];
  /** Why there is no figure; null if there is one. */
  readonly reason: string | null;
  /** Rounds in which it was measured. Fewer than three give no interval. */
  readonly rounds: number;
  /** The minimum bytes that one dispatch must move. */
  readonly bytes: number | null;
  readonly gbps: Figure | null;
  /** Bandwidth over that of the read ceiling in the same rounds. */
  readonly ofCeiling: Figure | null;
  /**
   * Speed with the best tuning over that with the defaults in the same rounds: 1 if the defaults won, null if not
   * tuned.
   */
  readonly tunedOverDefault: Figure | null;
  /** Why the defaults were not timed beside the winner, such as a dispatch that takes too long; null if they were. */
  readonly defaultsUntimed: string | null;
  /** Bandwidth over that of the scalar baseline in the same rounds; null for kernels without a baseline. */
  readonly overScalar: Figure | null;
}

export interface TableOptions {
  /** The kernels of the record, scalar baselines included. */
  readonly kernels: readonly Kernel[];
  /** The id of the kernel that the others are compared with. */
  readonly ceiling: string;
  /** Says whether a problem has been tuned. If it has, and its tuning is the defaults, then the defaults won. */
  readonly tuned: (kernel: Kernel, variant: string, params: Params) => boolean;
}

/** Returns a row for each problem, in the order of the plan. */
export function kernelRows(record: RunRecord, options: TableOptions): KernelRow[] {
  const clock = record.clock.trusted;
  const ceiling = ceilingOf(record, options.ceiling);
  const measured = record.measurements.filter(isMeasured);
  // The cache curve has a table of its own, and the ceiling over half of the pool tells of caches alone.
  const problems = groupBy(
    record.measurements.filter((m) => !isOfCurve(m) && m.case.withinBytes === undefined),
    ({ case: c }) => problemOf(c),
  );
  return [...problems.values()].flatMap((attempts): KernelRow[] => {
    const { kernel: id, variant, params } = (attempts[0] as Measurement).case;
    const kernel = options.kernels.find((k) => k.id === id);
    if (!kernel) return [];
    // A plan has the best tuning of a problem before the defaults.
    const chosen = attempts[0] as Measurement;
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
    const defaults = attempts.find((m) => sameTuning(m.case.tuning, defaultTuning(kernel, variant, params)));
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

/** Returns the fastest measurement of the ceiling kernel's largest problem. */
export function ceilingOf(record: RunRecord, id: string): Measured | undefined {
  const all = record.measurements
    .filter(isMeasured)
    .filter((m) => m.case.kernel === id && m.case.withinBytes === undefined);
  const largest = maxOf(all.map((m) => m.work.bytesRead));
  const gbps = (m: Measured) => bandwidthGBps(m, record.clock.trusted)?.value ?? 0;
  // Tunings of one problem read the same bytes, and may write slightly different ones.
  return all.filter((m) => m.work.bytesRead === largest).sort((a, b) => gbps(b) - gbps(a))[0];
}

function problemOf({ kernel, variant, params }: Case): string {
  return JSON.stringify([kernel, variant, params]);
}

/**
 * Returns the measurement that moves the most bytes. A baseline has several sizes, since its largest takes some
 * adapters too long.
 */
const largestOf = (measured: readonly Measured[]): Measured | undefined =>
  [...measured].sort((a, b) => b.work.bytesRead + b.work.bytesWritten - a.work.bytesRead - a.work.bytesWritten)[0];

/** Returns an estimate as a figure; null for none. */
const figure = (estimate: Estimate | undefined): Figure | null => (estimate ? figureOf(estimate) : null);

const HEADER = [
  'kernel',
  'format',
  'variant',
  'shape',
  'bytes',
  'GB/s',
  '95 % within run',
  'of ceiling',
  'tuned ÷ default',
  '÷ scalar',
];

/** Returns the table, then a line for each problem that has no figure. */
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
    // A ratio to itself is exactly 1.
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
