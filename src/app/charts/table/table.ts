/** A table as data: the page shows it, and saves it as CSV and JSON. Pure. */

import { type Figure, figureText, significant } from '../../../../results/text/figures.ts';

/** A column by its name, with the unit of its numbers. A text alone is a name that has its unit. */
export type Column =
  | string
  | {
      readonly name: string;
      /** Default: it holds texts, or numbers without a unit. */
      readonly unit?: string;
      /** The text of a number. Default: three significant digits. Files hold the number itself. */
      readonly text?: (value: number) => string;
    };

/** Undefined or null: there is none. */
export type Cell = string | number | Figure | null | undefined;

export interface Table {
  readonly head: readonly Column[];
  /** As many cells in each as there are columns. */
  readonly rows: readonly (readonly Cell[])[];
}

/** A table with what it is of. */
export interface TitledTable {
  readonly title: string;
  /** Where its numbers come from. */
  readonly source: string;
  readonly table: Table;
}

/** `bandwidth, GB/s` */
export function headText(column: Column): string {
  if (typeof column === 'string') return column;
  return column.unit === undefined ? column.name : `${column.name}, ${column.unit}`;
}

export const isFigure = (cell: Cell): cell is Figure => typeof cell === 'object' && cell !== null;

/** A cell as it is shown: its value, and its interval if it has one. The unit is in the head. */
export function cellText(
  cell: Cell,
  column: Column | undefined,
): { readonly value: string; readonly interval?: string } {
  if (cell === undefined || cell === null) return { value: '' };
  if (typeof cell === 'string') return { value: cell };
  if (isFigure(cell)) {
    const { value, interval } = figureText(cell, '');
    return { value, ...(interval !== undefined && { interval }) };
  }
  const text = (typeof column === 'object' ? column.text : undefined) ?? significant;
  return { value: text(cell) };
}
