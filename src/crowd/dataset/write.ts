/**
 * Writes the dataset's table as Parquet: sorted by part and date, in small groups of lines, so that a reader fetches
 * those of one part and leaves the rest. Compressed by Snappy, which every reader has.
 */

import { ByteWriter, type ColumnSource, ParquetWriter, schemaFromColumnData, type Writer } from 'hyparquet-writer';
import { partKey } from '../part.ts';
import { COLUMNS, type ColumnType, DATASET_VERSION } from './columns.ts';
import { type JudgedRow, type Line, linesOf } from './line.ts';

/**
 * The lines of a group: at most this many, and where the part changes, at least that many. Smaller groups make the
 * footer longer, which every reader fetches whole; larger ones hold more that was not asked for.
 */
const [MAX_GROUP, MIN_GROUP] = [10_000, 2_500];

/** The key under which the file's own footer says its version. */
const VERSION_KEY = 'hbmark.dataset';

export interface WrittenTable {
  readonly file: Uint8Array;
  /** The bytes at the file's end that say where everything lies. */
  readonly footerBytes: number;
  readonly lines: number;
}

/** The order of the table: GPUs before what imitates one; then by part, and by date. */
export function inOrder(a: JudgedRow, b: JudgedRow): number {
  return (
    Number(a.software) - Number(b.software) ||
    byText(a.part.name, b.part.name) ||
    (a.part.memoryGB ?? 0) - (b.part.memoryGB ?? 0) ||
    a.part.count - b.part.count ||
    byText(a.claimed, b.claimed) ||
    byText(a.id, b.id)
  );
}

// By code units: the same file in every locale.
const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export function writeTable(rows: readonly JudgedRow[]): WrittenTable {
  const writer = new ByteWriter();
  const parquet = tableWriter(writer);
  let lines = 0;
  for (const group of groupsOf([...rows].sort(inOrder))) {
    lines += group.length;
    writeGroup(parquet, group);
  }
  parquet.finish();
  const file = writer.getBytes();
  const length = new DataView(file.buffer, file.byteOffset, file.byteLength).getUint32(file.byteLength - 8, true);
  return { file, footerBytes: length + 8, lines };
}

/** Begins a table, whose bytes go to `writer`. */
export const tableWriter = (writer: Writer): ParquetWriter =>
  new ParquetWriter({
    writer,
    schema: schemaFromColumnData({ columnData: columnsOf([]) }),
    // A bound that is cut off would be the same for all parts of a vendor.
    statisticsTruncateLength: Number.POSITIVE_INFINITY,
    kvMetadata: [{ key: VERSION_KEY, value: String(DATASET_VERSION) }],
    createdBy: 'hbmark',
  });

/** Adds a group of lines, at least one, to a table. */
export const writeGroup = (table: ParquetWriter, lines: readonly Line[]): void =>
  void table.write({ columnData: columnsOf(lines), rowGroupSize: lines.length });

const columnsOf = (lines: readonly Line[]): ColumnSource[] =>
  COLUMNS.map(({ name, type, nullable, ranged }) => ({
    ...{ name, type: type satisfies ColumnType, nullable, statistics: ranged },
    data: lines.map((line) => line[name]),
  }));

function* groupsOf(rows: readonly JudgedRow[]): Generator<readonly Line[]> {
  let group: Line[] = [];
  let part = '';
  for (const row of rows) {
    const own = partKey(row.part);
    const lines = linesOf(row);
    const isFull = group.length + lines.length > MAX_GROUP || (own !== part && group.length >= MIN_GROUP);
    if (isFull && group.length > 0) {
      yield group;
      group = [];
    }
    group.push(...lines);
    part = own;
  }
  if (group.length > 0) yield group;
}
