/** Whether a time is a fixed cost plus bytes over a bandwidth: GB/s over bytes with the fitted lines, and what is left. Pure. */

import type { RunRecord } from '../../../../../results/record/schema.ts';
import { bytesText, gbpsText, msFigureText, significant } from '../../../../../results/text/figures.ts';
import { DEFAULT_PARAMS } from '../../../../session/params.ts';
import type { FitView, PointView, SeriesView } from '../../../analysis/view.ts';
import { bytesTick } from '../../../charts/canvas/plot.ts';
import { type ChartSpec, MAX_SERIES } from '../../../charts/svg/chart.ts';
import type { Column } from '../../../charts/table/table.ts';
import type { Missing } from './missing.ts';

interface Fitted extends SeriesView {
  readonly fit: FitView;
}

/** GB/s of so many bytes in so many ms. */
const rate = (bytes: number, ms: number): number => bytes / ms / 1e6;

/** Rates with the ends of their intervals the other way round: a longer time is a lower rate. */
const rateOf = ({ bytes, ms: { value, ci95 } }: PointView) => ({
  value: rate(bytes, value),
  ci95: ci95 && ([rate(bytes, ci95[1]), rate(bytes, ci95[0])] as const),
});

const predictedMs = ({ overheadMs, gbps }: FitView, bytes: number): number =>
  overheadMs.value + bytes / gbps.value / 1e6;

/** The fastest series of each format, as many as a chart can tell apart. */
function fittedIn(series: readonly SeriesView[]): readonly Fitted[] {
  const fitted = series.flatMap((one): Fitted[] => (one.fit ? [{ ...one, fit: one.fit }] : []));
  const fastest = (format: string): Fitted | undefined =>
    fitted.filter((one) => one.format === format).sort((a, b) => b.fit.gbps.value - a.fit.gbps.value)[0];
  return [...new Set(fitted.map(({ format }) => format))]
    .flatMap((format) => fastest(format) ?? [])
    .slice(0, MAX_SERIES);
}

export function fitCharts(
  { profile, seed }: Pick<RunRecord, 'profile' | 'seed'>,
  all: readonly SeriesView[],
  source: string,
): readonly ChartSpec[] | Missing {
  const series = fittedIn(all);
  if (series.length === 0) {
    return {
      title: 'How well a line fits',
      why: 'A line needs products of three sizes, and this run has fewer: it stopped early, or timed other kernels.',
      todo: 'Run again and let the run come to its end.',
      form: { ...DEFAULT_PARAMS, profile, seed },
    };
  }
  return [ratesChart(series, source), residualsChart(series, source)];
}

const BYTES: Column = { name: 'bytes', text: bytesText };

const nameOf = ({ format, variant }: SeriesView): string => `${format}, ${variant}`;

function ratesChart(series: readonly Fitted[], source: string): ChartSpec {
  const worst = series.reduce((a, b) => (b.fit.worstResidual > a.fit.worstResidual ? b : a));
  return {
    id: 'fit',
    title: 'How well a line fits: GB/s over bytes',
    takeaway: `If memory limits a product, its time is a fixed cost plus its bytes over a bandwidth. All points lie within ${significant(100 * worst.fit.worstResidual, 2)} % of that (the farthest in ${worst.format}).`,
    x: { title: 'bytes that one product reads', scale: 'log', text: bytesTick },
    y: { title: 'GB/s', scale: 'linear' },
    series: series.map((one) => ({
      ...{ name: one.format, line: 'solid' },
      points: one.points.map((point) => ({
        ...{ x: point.bytes, y: rateOf(point).value, hasSign: true, interval: rateOf(point).ci95 },
        text: `${nameOf(one)}, ${bytesText(point.bytes)}: ${significant(rateOf(point).value)} GB/s`,
      })),
      curve: one.fit.line.map(({ bytes, ms }) => ({ x: bytes, y: rate(bytes, ms.value) })),
    })),
    table: {
      head: ['format', BYTES, 'GB/s'],
      rows: series.flatMap((one) => one.points.map((point) => [nameOf(one), point.bytes, rateOf(point)])),
    },
    source: `${series.map(({ format, fit }) => `${format}: ${lineText(fit)}`).join('; ')}. Signs are measured, lines are fitted. ${source}`,
  };
}

const lineText = ({ overheadMs, gbps }: FitView): string => {
  const fixed = msFigureText(overheadMs);
  return `${fixed.value} ${fixed.unit} + bytes ÷ ${gbpsText(gbps).value} GB/s`;
};

const residual = (fit: FitView, { bytes, ms }: PointView) => {
  const off = (time: number): number => 100 * (time / predictedMs(fit, bytes) - 1);
  return { value: off(ms.value), ci95: ms.ci95 && ([off(ms.ci95[0]), off(ms.ci95[1])] as const) };
};

function residualsChart(series: readonly Fitted[], source: string): ChartSpec {
  return {
    id: 'residuals',
    title: 'What the line leaves over',
    takeaway:
      'Points without a pattern are noise. Points that bend, or a bar far from zero, are something that the line does not know.',
    x: { title: 'bytes that one product reads', scale: 'log', text: bytesTick },
    y: { title: 'measured time off the line, %', scale: 'signed' },
    series: series.map((one) => ({
      ...{ name: one.format, line: 'none' },
      points: one.points.map((point) => {
        const { value, ci95 } = residual(one.fit, point);
        return {
          ...{ x: point.bytes, y: value, hasSign: true, interval: ci95 },
          text: `${nameOf(one)}, ${bytesText(point.bytes)}: ${significant(value, 2)} % off the line`,
        };
      }),
    })),
    table: {
      head: ['format', BYTES, { name: 'off the line', unit: '%' }],
      rows: series.flatMap((one) => one.points.map((point) => [nameOf(one), point.bytes, residual(one.fit, point)])),
    },
    source,
  };
}
