/** The dataset of the records that lie in the repository. */

import { checkRecordText } from '../../../results/record/record-text.ts';
import { judge } from '../checks/index.ts';
import { rowOf } from '../row-of.ts';
import type { JudgedRow } from './line.ts';
import { datasetOf, type MadeFile } from './make.ts';

export interface RecordFile {
  readonly path: string;
  readonly text: string;
}

/**
 * Each record is judged by itself, on the day of the making: a file does not say who contributed it.
 *
 * @param nowMs the time of the making: ms since 1970
 * @throws RangeError that names the file, the place and the rule, if one fails its check or comes twice
 */
export function committedDataset(files: readonly RecordFile[], nowMs: number): MadeFile[] {
  return datasetOf(committedRows(files, nowMs), new Date(nowMs).toISOString().slice(0, 10));
}

function committedRows(files: readonly RecordFile[], nowMs: number): JudgedRow[] {
  const rows = new Map<string, JudgedRow>();
  for (const { path, text } of files) {
    const checked = checkRecordText(text);
    if (!checked.ok) {
      const [{ path: place, rule } = { path: '', rule: 'it breaks a rule' }] = checked.problems;
      throw new RangeError(`${path}: ${place || 'record'}: ${rule}`);
    }
    const { record } = checked;
    if (rows.has(record.id)) throw new RangeError(`${path}: the record lies in the collection already; remove one`);
    rows.set(record.id, { ...rowOf(record), ...judge(record, nowMs) });
  }
  return [...rows.values()];
}
