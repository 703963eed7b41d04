/**
 * The collection as a static dataset beside the page: two small documents first, then rows by range requests. It needs
 * no collector, only a host of files.
 */

import { type About, aboutIn, FILES, summaryIn } from '../../../crowd/dataset/documents.ts';
import type { JudgedRow } from '../../../crowd/dataset/line.ts';
import type { DatasetFilter, RunReader } from '../../../crowd/dataset/read.ts';
import type { SummaryRow } from '../../../crowd/summary.ts';
import { DatasetError, rangedFile } from './ranged-file.ts';

export interface Dataset {
  readonly about: About;
  /** Medians and quartiles of each part, enough for the first chart. */
  readonly summary: readonly SummaryRow[];
  /** The file of all rows, for whoever wants to download it. */
  readonly tableAddress: string;
  /** The runs that a filter asks for, by part and date. Rejects with a DatasetError. */
  rows(filter: DatasetFilter): Promise<readonly JudgedRow[]>;
}

/** Opens the dataset in a folder. Rejects with a DatasetError. @param folder its address, with a slash at the end */
export async function openDataset(folder: string): Promise<Dataset> {
  const [about, summary] = await Promise.all([
    documentAt(folder, FILES.about, aboutIn),
    documentAt(folder, FILES.summary, summaryIn),
  ]);
  const tableAddress = new URL(FILES.table, folder).href;
  let opened: Promise<RunReader> | undefined;
  return {
    ...{ about, summary, tableAddress },
    async rows(filter) {
      opened ??= open(tableAddress, about);
      try {
        return await (await opened)(filter);
      } catch (error) {
        // What failed may not fail again: the next one asks anew.
        opened = undefined;
        throw error instanceof DatasetError ? error : unreadable(FILES.table, error);
      }
    },
  };
}

async function open(address: string, { table }: About): Promise<RunReader> {
  // The reader of Parquet is not needed for the first chart.
  const { openTable } = await import('../../../crowd/dataset/read.ts');
  return openTable(rangedFile(address, table.bytes), table.footerBytes);
}

async function documentAt<T>(folder: string, name: string, read: (value: unknown) => T): Promise<T> {
  let response: Response;
  try {
    response = await fetch(new URL(name, folder), { cache: 'no-cache' });
  } catch {
    throw new DatasetError('the collection could not be fetched: is this browser online?');
  }
  if (response.status === 404) throw new DatasetError('this site was built without the collection');
  if (!response.ok) throw new DatasetError(`the host answered ${response.status}: reload the page, or try later`);
  try {
    return read(await response.json());
  } catch (error) {
    throw unreadable(name, error);
  }
}

const unreadable = (name: string, error: unknown): DatasetError =>
  new DatasetError(
    `${name} of the collection cannot be read (${error instanceof Error ? error.message : error}): reload the page`,
  );
