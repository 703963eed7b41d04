/** The styles that tell the series of a chart apart: the colour and the shape of their points. */

import type { PointStyle } from 'chart.js';

export interface SeriesStyle {
  /** The CSS custom property that holds the colour, in both colour schemes. */
  readonly colour: `--series-${number}`;
  readonly point: PointStyle & ('circle' | 'rectRot' | 'triangle' | 'rect');
}

/** Colours after Okabe and Ito, which colour-blind readers can tell apart (https://jfly.uni-koeln.de/color/). */
const STYLES: readonly SeriesStyle[] = [
  { colour: '--series-1', point: 'circle' },
  { colour: '--series-2', point: 'rectRot' },
  { colour: '--series-3', point: 'triangle' },
  { colour: '--series-4', point: 'rect' },
];

/** The style of the series at this place of a chart. The fifth has that of the first again. */
export function styleOf(index: number): SeriesStyle {
  return STYLES[index % STYLES.length] as SeriesStyle;
}
