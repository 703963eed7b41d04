/** The table of the collection as Parquet, made piece by piece: no more than one group of lines is in memory. */

import { ByteWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer';
import { type JudgedRow, type Line, linesOf } from '../../crowd/dataset/line.ts';
import { columnsOf } from '../../crowd/dataset/write.ts';

/** The lines of a group. */
const GROUP = 10_000;

export interface ParquetChunks {
  /** Adds a run. Returns the bytes that are ready; often none. */
  add(row: JudgedRow): Uint8Array;
  /** Returns the last bytes. */
  end(): Uint8Array;
}

/** A writer whose bytes can be taken out while it goes on: the file's offsets count on. */
class TakenOut extends ByteWriter {
  take(): Uint8Array {
    const bytes = this.getBytes().slice();
    this.index = 0;
    return bytes;
  }
}

export function parquetChunks(): ParquetChunks {
  const writer = new TakenOut();
  const parquet = new ParquetWriter({ writer, schema: schemaFromColumnData({ columnData: columnsOf([]) }) });
  let group: Line[] = [];
  const write = (): void => {
    // The writer takes the types from the schema.
    if (group.length > 0) parquet.write({ columnData: columnsOf(group), rowGroupSize: group.length });
    group = [];
  };
  return {
    add(row) {
      group.push(...linesOf(row));
      if (group.length < GROUP) return new Uint8Array();
      write();
      return writer.take();
    },
    end() {
      write();
      parquet.finish();
      return writer.take();
    },
  };
}
