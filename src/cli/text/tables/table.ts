/** Tables of text. */

import { shown } from '../../../../results/text/shown.ts';

/** The maximum length of a cell. A record and a model's file hold text of whoever wrote them. */
const MAX_CELL_LENGTH = 400;

/**
 * Returns rows under a header. Each column is as wide as its widest cell; columns of numbers are aligned to the right.
 */
export function table(cells: readonly (readonly string[])[], header: readonly string[]): string {
  const rows = cells.map((row) => row.map((cell) => shown(cell, MAX_CELL_LENGTH)));
  const widths = header.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const numeric = header.map((_, i) => rows.every((row) => /^[\d.,– ]*$/.test(row[i] ?? '')));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => (numeric[i] ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd();
  return [line(header), ...rows.map(line)].join('\n');
}
