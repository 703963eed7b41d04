/** Tables as CSV (RFC 4180). Numbers are plain and not rounded, since programs read them. Pure. */

import type { Figure } from '../../../../results/text/figures.ts';

export type Cell = string | number | undefined;

export const csvText = (lines: readonly (readonly Cell[])[]): string =>
  lines.map((cells) => `${cells.map(cellText).join(',')}\r\n`).join('');

/** The cells of a figure that is missing. */
export const NO_FIGURE: readonly Cell[] = [undefined, undefined, undefined];

/** The cells of a figure: its value, and the ends of its interval. */
export const ends = (figure: Figure | undefined): readonly Cell[] =>
  figure ? [figure.value, figure.ci95?.[0], figure.ci95?.[1]] : NO_FIGURE;

/** What a spreadsheet would take for a formula. Texts of a record may be a stranger's. */
const FORMULA = /^[=+\-@\t\r]/;

function cellText(cell: Cell): string {
  if (cell === undefined) return '';
  if (typeof cell === 'number') return Number.isFinite(cell) ? String(cell) : '';
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
