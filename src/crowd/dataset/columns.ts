/** The columns of the dataset's table as Parquet has them, for whoever writes or reads the file. */

import type { Line } from './line.ts';

/** The version of the columns and of the two documents beside them. A reader of another version says so. */
export const DATASET_VERSION = 1;

export type ColumnType = 'BOOLEAN' | 'INT32' | 'DOUBLE' | 'STRING' | 'TIMESTAMP';

export interface Column {
  readonly name: keyof Line;
  readonly type: ColumnType;
  /** Whether a line may have none. */
  readonly nullable: boolean;
  /** Whether each group of lines says between which values its own lie, so that a reader can skip it. */
  readonly ranged: boolean;
}

const TABLE: { readonly [name in keyof Line]: readonly [type: ColumnType, ...('nullable' | 'ranged')[]] } = {
  software: ['BOOLEAN', 'ranged'],
  part: ['STRING', 'ranged'],
  memory_gb: ['DOUBLE', 'nullable', 'ranged'],
  gpus: ['INT32', 'ranged'],
  claimed: ['TIMESTAMP', 'ranged'],
  vendor: ['STRING'],
  architecture: ['STRING'],
  program: ['STRING', 'ranged'],
  system: ['STRING', 'ranged'],
  profile: ['STRING'],
  status: ['STRING', 'ranged'],
  model: ['STRING', 'nullable', 'ranged'],
  weights: ['STRING', 'nullable'],
  kv: ['STRING', 'nullable'],
  context: ['INT32', 'nullable', 'ranged'],
  batch: ['INT32', 'nullable', 'ranged'],
  bytes: ['DOUBLE', 'nullable'],
  tokens_per_second: ['DOUBLE', 'nullable', 'ranged'],
  tokens_per_second_low: ['DOUBLE', 'nullable'],
  tokens_per_second_high: ['DOUBLE', 'nullable'],
  gbps: ['DOUBLE', 'nullable', 'ranged'],
  gbps_low: ['DOUBLE', 'nullable'],
  gbps_high: ['DOUBLE', 'nullable'],
  id: ['STRING'],
  reasons: ['STRING', 'nullable'],
};

const isColumn = (name: string): name is keyof Line => name in TABLE;

/** In the order of the file. */
export const COLUMNS: readonly Column[] = Object.keys(TABLE)
  .filter(isColumn)
  .map((name) => {
    const [type, ...traits] = TABLE[name];
    return { name, type, nullable: traits.includes('nullable'), ranged: traits.includes('ranged') };
  });
