/** Rows of one statement. */

/** Few enough for the 32,766 parameters of SQLite, at up to 32 columns. */
const MAX_ROWS = 1000;

/** The rows, some at a time, as one statement takes them. */
export function* partsOf<Row>(rows: readonly Row[]): Iterable<Row[]> {
  for (let from = 0; from < rows.length; from += MAX_ROWS) yield rows.slice(from, from + MAX_ROWS);
}
