/** How the series of the chart are told apart: by colour, by the shape of their points, and by name. */

import type { PointStyle } from 'chart.js';
import type { SeriesView } from '../analysis/view.ts';

export interface SeriesStyle {
  /** CSS custom property that holds the colour, in both colour schemes. */
  readonly colour: `--series-${number}`;
  readonly point: PointStyle & ('circle' | 'rectRot' | 'triangle' | 'rect');
}

/** Three of Okabe and Ito's colours, which colour-blind readers tell apart (https://jfly.uni-koeln.de/color/). */
const STYLES: readonly SeriesStyle[] = [
  { colour: '--series-1', point: 'circle' },
  { colour: '--series-2', point: 'rectRot' },
  { colour: '--series-3', point: 'triangle' },
  { colour: '--series-4', point: 'rect' },
];

export function styleOf(index: number): SeriesStyle {
  return STYLES[index % STYLES.length] as SeriesStyle;
}

export const nameOf = ({ format, variant }: SeriesView): string => `${format} ${variant}`;
