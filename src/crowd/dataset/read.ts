/**
 * Reads runs out of the dataset's Parquet file: only the groups of lines that may hold what is asked for, by the ranges
 * in the file's footer.
 */

import { type AsyncBuffer, type ParquetQueryFilter, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import type { Part } from '../row.ts';
import { COLUMNS, type ColumnType } from './columns.ts';
import { type JudgedRow, type Line, rowsOf } from './line.ts';

/** Which runs are asked for. All that is given has to hold. */
export interface DatasetFilter {
  readonly part?: Part;
  readonly software?: boolean;
  /** A run has to have a step of this model, and only its steps of it are given. */
  readonly model?: string;
  readonly program?: string;
  readonly system?: string;
  /** Begun at or after this, and before that: ISO 8601, UTC. */
  readonly since?: string;
  readonly before?: string;
}

/**
 * Reads the runs that a filter asks for, in the order of the file.
 *
 * @throws RangeError if the file does not hold the columns of this version; rejects with whatever reading the file does
 */
export type RunReader = (filter: DatasetFilter) => Promise<JudgedRow[]>;

/**
 * Opens the file.
 *
 * @param footerBytes the length of its footer: one request fetches it
 */
export async function openTable(file: AsyncBuffer, footerBytes: number): Promise<RunReader> {
  const metadata = await parquetMetadataAsync(file, { initialFetchSize: footerBytes });
  return async (filter) => {
    const found: readonly unknown[] = await parquetReadObjects({ file, metadata, filter: queryOf(filter) });
    const rows = rowsOf(found.map(asLine));
    return filter.model === undefined ? rows : rows.filter(({ steps }) => steps.length > 0);
  };
}

function queryOf({ part, software, model, program, system, since, before }: DatasetFilter): ParquetQueryFilter {
  return {
    $and: [
      ...(part === undefined
        ? []
        : [{ part: { $eq: part.name }, memory_gb: { $eq: part.memoryGB }, gpus: { $eq: part.count } }]),
      ...(software === undefined ? [] : [{ software: { $eq: software } }]),
      ...(program === undefined ? [] : [{ program: { $eq: program } }]),
      ...(system === undefined ? [] : [{ system: { $eq: system } }]),
      ...(since === undefined ? [] : [{ claimed: { $gte: new Date(since) } }]),
      ...(before === undefined ? [] : [{ claimed: { $lt: new Date(before) } }]),
      // The line of a run's ceiling comes along with those of its steps.
      ...(model === undefined ? [] : [{ model: { $in: [null, model] } }]),
    ],
  };
}

const FITS: { readonly [type in ColumnType]: (value: unknown) => boolean } = {
  BOOLEAN: (value) => typeof value === 'boolean',
  INT32: (value) => Number.isInteger(value),
  DOUBLE: (value) => typeof value === 'number',
  STRING: (value) => typeof value === 'string',
  TIMESTAMP: (value) => value instanceof Date && !Number.isNaN(value.getTime()),
};

/** The first column that a line does not have as this version writes it. */
const oddColumnOf = (line: object): string | undefined =>
  COLUMNS.find(({ name, type, nullable }) => {
    const value: unknown = Reflect.get(line, name);
    return value === null ? !nullable : !FITS[type](value);
  })?.name;

const isLine = (value: unknown): value is Line =>
  typeof value === 'object' && value !== null && oddColumnOf(value) === undefined;

function asLine(value: unknown): Line {
  if (isLine(value)) return value;
  const odd = typeof value === 'object' && value !== null ? oddColumnOf(value) : undefined;
  throw new RangeError(`the column ${odd} of the dataset is not what this version of HBMark writes`);
}
