/** The table of the collection as Parquet, made piece by piece: no more than one group of lines is in memory. */

import { ByteWriter } from 'hyparquet-writer';
import { type JudgedRow, type Line, linesOf } from '../../crowd/dataset/line.ts';
import { tableWriter, writeGroup } from '../../crowd/dataset/write.ts';

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
  const table = tableWriter(writer);
  let group: Line[] = [];
  const write = (): void => {
    if (group.length > 0) writeGroup(table, group);
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
      table.finish();
      return writer.take();
    },
  };
}
