/** A table as files for programs: its numbers are plain and not rounded. Pure. */

import { type Cell as CsvCell, csvText, ends } from '../../share/exports/csv-text.ts';
import { type Cell, type Column, headText, isFigure, type Table, type TitledTable } from './table.ts';

/** CSV: a line for each row. A figure takes three columns: its value, and the ends of its 95 % interval. */
export function tableCsv({ head, rows }: Table): string {
  const areFigures = head.map((_, i) => rows.some((row) => isFigure(row[i])));
  return csvText([
    head.flatMap((column, i) =>
      areFigures[i] ? [headText(column), end(column, 'low'), end(column, 'high')] : [headText(column)],
    ),
    ...rows.map((row) => head.flatMap((_, i): readonly CsvCell[] => cellsOf(row[i], areFigures[i] ?? false))),
  ]);
}

/** `bandwidth low, GB/s` */
const end = (column: Column, which: 'low' | 'high'): string =>
  typeof column === 'string' ? `${column} ${which}` : headText({ ...column, name: `${column.name} ${which}` });

function cellsOf(cell: Cell, isOfFigures: boolean): readonly CsvCell[] {
  if (isFigure(cell)) return ends(cell);
  return isOfFigures ? [cell ?? undefined, undefined, undefined] : [cell ?? undefined];
}

/** JSON: what the table is of, and an object for each row, with the heads of the columns as its keys. */
export function tableJson({ title, source, table: { head, rows } }: TitledTable): string {
  const keys = head.map(headText);
  const objects = rows.map((row) => Object.fromEntries(keys.map((key, i) => [key, row[i] ?? null])));
  return `${JSON.stringify({ title, source, rows: objects }, null, 2)}\n`;
}
