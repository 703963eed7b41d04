/** Where everything of a chart stands, in px. */

import { givenText } from '../../../../results/text/figures.ts';
import type { Place } from '../picking/picking.ts';
import type { ChartAxis, ChartPoint, ChartSpec } from './chart.ts';
import { partAt, type Scale, scaleOf, ticksOf } from './scale.ts';
import { textPx } from './text-px.ts';

export interface Placed extends ChartPoint, Place {
  /** The lines of its intervals, from end to end. */
  readonly whiskers: readonly { readonly from: readonly [number, number]; readonly to: readonly [number, number] }[];
  /** The left end of its bar. */
  readonly barLeft?: number;
}

export interface PlotLayout {
  readonly width: number;
  readonly height: number;
  /** The area of the data. */
  readonly frame: { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number };
  readonly xTicks: readonly { readonly left: number; readonly text: string }[];
  readonly yTicks: readonly { readonly top: number; readonly text: string }[];
  readonly series: readonly { readonly points: readonly Placed[]; readonly path: string }[];
  readonly mark: Placed | undefined;
  /** The area between the first two series. */
  readonly tint: string | undefined;
  /** The area around a line. */
  readonly band: string | undefined;
  /** The names beside the ends of lines. Empty where there is no room: then a legend has them. */
  readonly names: readonly {
    readonly left: number;
    readonly top: number;
    readonly text: string;
    readonly index: number;
  }[];
}

/** The width from which names stand beside their lines, in px. */
const NAMES_PX = 560;
/** The room of a tick of the horizontal axis, of a row, and of the sign before a name, in px. */
const [TICK_PX, ROW_PX, NAME_MARK_PX] = [64, 36, 30];
/** The room at the right end without names: half of the last tick's text. */
const END_PX = 24;
/** The room between the texts of two ticks, in px. */
const GAP_PX = 10;
/** The height of a line of names, in px. */
const LINE_PX = 16;

export function plotLayout(spec: ChartSpec, width: number): PlotLayout {
  const points = [...spec.series.flatMap((one) => one.points), ...(spec.mark ? [spec.mark] : [])];
  const ends = points.flatMap(({ interval }) => interval ?? []);
  const across = points.flatMap((point) => point.across ?? []);
  const { band = [] } = spec;
  const curves = spec.series.flatMap(({ curve }) => curve ?? []);
  const scales = {
    x: scaleOf(spec.x.scale, [...points, ...curves, ...band].map(({ x }) => x).concat(spec.rows ? ends : across)),
    y: spec.rows
      ? rowScale(spec.rows.length)
      : scaleOf(
          spec.y.scale,
          [...points, ...curves]
            .map(({ y }) => y)
            .concat(
              ends,
              band.flatMap(({ low, high }) => [low, high]),
            ),
        ),
  };
  const height = spec.rows ? 72 + spec.rows.length * ROW_PX : Math.round(Math.min(420, Math.max(260, width * 0.55)));
  const yValues = spec.rows ? spec.rows.map((_, i) => i) : (spec.y.ticks ?? ticksOf(scales.y, 6));
  const yTexts = spec.rows ?? yValues.map(spec.y.text ?? givenText);
  // Bars that lie end to end have no end of their own for a name: a legend has them.
  const isStacked = points.some(({ from }) => from !== undefined);
  const hasNames = width >= NAMES_PX && !isStacked && spec.hasLegend !== true;
  const widest = yTexts.reduce((most, text) => Math.max(most, textPx(text)), 0);
  const longestName = spec.series.reduce((most, { name }) => Math.max(most, textPx(name)), 0);
  const frame = {
    left: Math.ceil(widest + 10),
    top: 28,
    right: width - (hasNames ? longestName + NAME_MARK_PX : END_PX),
    bottom: height - 44,
  };
  const leftOf = (x: number): number => frame.left + partAt(scales.x, x) * (frame.right - frame.left);
  const topOf = (y: number): number => frame.bottom - partAt(scales.y, y) * (frame.bottom - frame.top);
  const isShown = ({ x, y }: ChartPoint): boolean => [leftOf(x), topOf(y)].every(Number.isFinite);
  const within = (n: number, [low, high]: readonly [number, number]): number =>
    Number.isNaN(n) ? low : Math.min(high, Math.max(low, n));
  const placed = (point: ChartPoint): Placed => {
    const [left, top] = [leftOf(point.x), topOf(point.y)];
    // An interval without an end is drawn as far as the frame goes.
    const sideways = (end: number) => [within(leftOf(end), [frame.left, frame.right]), top] as const;
    const upwards = (end: number) => [left, within(topOf(end), [frame.top, frame.bottom])] as const;
    const whisker = (ends: ChartPoint['interval'], along: typeof sideways | typeof upwards) =>
      ends ? [{ from: along(ends[0]), to: along(ends[1]) }] : [];
    return {
      ...{ ...point, left, top },
      whiskers: [
        ...whisker(point.interval, spec.rows ? sideways : upwards),
        ...(spec.rows ? [] : whisker(point.across, sideways)),
      ],
      ...(point.from !== undefined && { barLeft: leftOf(point.from) }),
    };
  };
  const series = spec.series.map((one) => {
    const shown = one.points.filter(isShown).map(placed);
    const curve = one.curve?.map((point) => placed({ ...point, text: '' })).filter(isShown);
    return { points: shown, path: pathOf(curve ?? shown) };
  });
  const [a, b] = series;
  return {
    ...{ width, height, frame, series },
    xTicks: xTicksOf(spec.x, scales.x, { leftOf, width, most: Math.floor((frame.right - frame.left) / TICK_PX) }),
    yTicks: yValues.map((y, i) => ({ top: topOf(y), text: yTexts[i] ?? '' })),
    mark: spec.mark && isShown(spec.mark) ? placed(spec.mark) : undefined,
    tint:
      spec.isTinted && a && b && a.points.length > 0
        ? `${a.path}L${[...b.points].reverse().map(at).join('L')}Z`
        : undefined,
    band: bandPath(band.map(({ x, low, high }) => [leftOf(x), topOf(high), topOf(low)] as const)),
    names: hasNames ? namesOf(spec, series, frame) : [],
  };
}

interface Room {
  readonly leftOf: (x: number) => number;
  readonly width: number;
  /** As many ticks as there may be. */
  readonly most: number;
}

/** The ticks of the horizontal axis: as many as there is room for their texts, which large and small numbers make long. */
function xTicksOf(axis: ChartAxis, scale: Scale, { leftOf, width, most }: Room): PlotLayout['xTicks'] {
  const place = (x: number) => {
    const text = (axis.text ?? givenText)(x);
    const [left, half] = [leftOf(x), textPx(text) / 2];
    return { left, text, from: left - half, to: left + half };
  };
  for (let count = Math.max(1, most); ; count--) {
    const ticks = (axis.ticks ? thinned(axis.ticks, count) : ticksOf(scale, count)).map(place);
    // A text that would leave the picture is cut there.
    const whole = ticks.filter(({ from, to }) => from >= 0 && to <= width);
    const isReadable = whole.every(({ from }, i) => i === 0 || from - (whole[i - 1]?.to ?? 0) >= GAP_PX);
    if (isReadable) return whole;
    if (count === 1) return whole.slice(0, 1);
  }
}

/** Every second or third of some ticks, so that there are `most` at most. */
function thinned(ticks: readonly number[], most: number): readonly number[] {
  const every = Math.ceil(ticks.length / most);
  return ticks.filter((_, i) => i % every === 0);
}

/** Rows from the top, each as high as another. */
const rowScale = (rows: number): Scale => ({ kind: 'linear', min: rows - 0.5, max: -0.5 });

const at = ({ left, top }: Placed): string => `${left.toFixed(1)} ${top.toFixed(1)}`;

/** @param sections from left to right, each with its left, its top and its bottom */
function bandPath(sections: readonly (readonly [number, number, number])[]): string | undefined {
  const shown = sections.filter((section) => section.every(Number.isFinite));
  if (shown.length < 2) return undefined;
  const point = (left: number, top: number): string => `${left.toFixed(1)} ${top.toFixed(1)}`;
  const upper = shown.map(([left, top]) => point(left, top));
  const lower = shown.map(([left, , bottom]) => point(left, bottom));
  return `M${[...upper, ...lower.reverse()].join('L')}Z`;
}

const pathOf = (points: readonly Placed[]): string => (points.length > 0 ? `M${points.map(at).join('L')}` : '');

/** The names of series at the right, each as near as possible to its rightmost point, and none over another. */
function namesOf(
  spec: ChartSpec,
  series: PlotLayout['series'],
  { right, bottom }: PlotLayout['frame'],
): PlotLayout['names'] {
  const wanted = spec.series
    .flatMap(({ name }, index) => {
      const [last] = [...(series[index]?.points ?? [])].sort((p, q) => q.left - p.left);
      return last ? [{ text: name, index, top: last.top }] : [];
    })
    .sort((p, q) => p.top - q.top);
  let free = Number.NEGATIVE_INFINITY;
  const down = wanted.map((one) => {
    const top = Math.max(one.top + 4, free);
    free = top + LINE_PX;
    return { ...one, top, left: right + 10 };
  });
  // Names that were pushed below the frame push those above them up.
  let floor = bottom;
  return down.toReversed().map((one) => {
    const top = Math.min(one.top, floor);
    floor = top - LINE_PX;
    return { ...one, top };
  });
}
