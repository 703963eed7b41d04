/** A figure in a line of text. */

import { type Figure, figureText } from '../../../results/text/figures.ts';

/** Returns a figure with its unit and interval: `6.02 GB/s (95 % within this run: 5.98 – 6.06)`. */
export function figureLine(figure: Figure, unit: string): string {
  const { value, interval } = figureText(figure, unit);
  return `${value} ${unit}${interval ? ` (95 % within this run: ${interval})` : ''}`;
}
