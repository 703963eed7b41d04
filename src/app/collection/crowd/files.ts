/** Runs of the collection as files: their rows as JSON, or the dataset's table as CSV. */

import { COLUMNS } from '../../../crowd/dataset/columns.ts';
import { type Line, linesOf } from '../../../crowd/dataset/line.ts';
import { csvText } from '../../share/exports/csv-text.ts';
import type { LoadedRun } from './loaded.ts';

/** The runs whose text is made at a time: a string has a maximum length, a file has none. */
const AT_A_TIME = 2000;

export function fileOf(runs: readonly LoadedRun[], ending: 'csv' | 'json'): Blob {
  return ending === 'csv'
    ? new Blob([csvText([COLUMNS.map(({ name }) => name)]), ...pieces(runs, csvOf)], { type: 'text/csv' })
    : new Blob(['[', ...pieces(runs, (some, i) => (i === 0 ? '' : ',') + jsonOf(some)), ']\n'], {
        type: 'application/json',
      });
}

function pieces(runs: readonly LoadedRun[], textOf: (some: readonly LoadedRun[], i: number) => string): string[] {
  return Array.from({ length: Math.ceil(runs.length / AT_A_TIME) }, (_, i) =>
    textOf(runs.slice(i * AT_A_TIME, (i + 1) * AT_A_TIME), i),
  );
}

const jsonOf = (runs: readonly LoadedRun[]): string =>
  JSON.stringify(runs.map(({ row: { fingerprint: _, ...row } }) => row)).slice(1, -1);

const csvOf = (runs: readonly LoadedRun[]): string =>
  csvText(runs.flatMap(({ row }) => linesOf(row).map((line) => COLUMNS.map(({ name }) => cellOf(line[name])))));

function cellOf(value: Line[keyof Line]): string | number | undefined {
  if (value === null) return undefined;
  if (typeof value === 'boolean') return String(value);
  return value instanceof Date ? value.toISOString() : value;
}
