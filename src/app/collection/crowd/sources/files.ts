/** The runs of the dataset beside the page. */

import { openDataset } from '../../dataset/open.ts';
import type { Source } from './source.ts';

/** The dataset's folder, relative to the site. */
const FOLDER = 'crowd/data/';

/** The runs above which a reader would wait for long, and take some hundreds of MB of memory. */
const MAX_RUNS = 150_000;

/** Rejects with a DatasetError. @param site the address of the site's first page */
export async function filesSource(site: string): Promise<Source> {
  const { about, summary, tableAddress, rows } = await openDataset(new URL(FOLDER, site).href);
  /** The parts that have a name: a filter of the dataset wants all of a part. */
  const partsNamed = (name: string) => [
    ...new Map(
      summary.filter(({ part }) => part.name === name).map(({ part }) => [JSON.stringify(part), part] as const),
    ).values(),
  ];
  return {
    ...{ id: 'files', runs: about.runs, parquet: tableAddress, made: about.made, summary },
    async rows({ software, part, program, system, since }) {
      const filter = {
        software,
        ...(program !== undefined && { program }),
        ...(system !== undefined && { system }),
        ...(since !== undefined && { since }),
      };
      if (part !== undefined) {
        const found = await Promise.all(partsNamed(part).map((one) => rows({ ...filter, part: one })));
        return { rows: found.flat(), areAll: true };
      }
      if (about.runs > MAX_RUNS) return undefined;
      return { rows: await rows(filter), areAll: true };
    },
  };
}
