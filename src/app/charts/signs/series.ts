/** The styles that tell the series of a chart apart: the colour and the sign of their points. */

export interface SeriesStyle {
  /** The CSS custom property that holds the colour, in both colour schemes. */
  readonly colour: `--series-${number}`;
  /** The sign as an SVG path about 0, some 10 px wide. Canvases take it as a `Path2D`. */
  readonly sign: string;
  /** The name of the sign in words. */
  readonly word: string;
}

/** Told apart in normal and in colour-blind sight (least CIE76 ΔE 26 light, 32 dark), and without any colour. */
const STYLES: readonly SeriesStyle[] = [
  { colour: '--series-1', word: 'circle', sign: 'M-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0Z' },
  { colour: '--series-2', word: 'diamond', sign: 'M0 -6.5L6.5 0L0 6.5L-6.5 0Z' },
  { colour: '--series-3', word: 'triangle', sign: 'M0 -6L6 5H-6Z' },
  { colour: '--series-4', word: 'square', sign: 'M-4.8 -4.8h9.6v9.6h-9.6Z' },
  { colour: '--series-5', word: 'upturned triangle', sign: 'M0 6L6 -5H-6Z' },
];

/** The maximum of series of a chart: there are as many signs. More are split over several charts. */
export const MAX_SERIES = STYLES.length;

/** The style of the series at this place of a chart. @throws RangeError if a chart has more series than there are signs */
export function styleOf(index: number): SeriesStyle {
  const style = STYLES[index];
  if (!style) throw new RangeError(`a chart has at most ${MAX_SERIES} series; split it, so that each has its own sign`);
  return style;
}

/** Series in the charts that show them: as few as there can be, each with at most `MAX_SERIES`. */
export function chartsOf<T>(series: readonly T[]): T[][] {
  const charts = Math.ceil(series.length / MAX_SERIES);
  const each = Math.ceil(series.length / charts);
  return Array.from({ length: charts }, (_, i) => series.slice(i * each, (i + 1) * each));
}
