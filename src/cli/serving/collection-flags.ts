/** The flags that say where a collection is: `--data FOLDER` or `--database-url URL`. */

import { UsageError } from '../errors.ts';
import { anyText, type Flags, readValue, type ValueOption } from '../flags.ts';

/** The two flags, with what each means to a command. */
export const collectionFlags = (help: { readonly data: string; readonly databaseUrl: string }) =>
  [
    { name: 'data', value: 'folder', help: help.data, param: anyText },
    { name: 'database-url', value: 'url', help: help.databaseUrl, param: anyText },
  ] as const satisfies readonly ValueOption<string>[];

export interface CollectionPlace {
  readonly data: string | undefined;
  readonly databaseUrl: string | undefined;
}

/** Reads the two flags. @throws UsageError if both were given */
export function readPlace([data, databaseUrl]: ReturnType<typeof collectionFlags>, flags: Flags): CollectionPlace {
  const place = { data: readValue(data, flags), databaseUrl: readValue(databaseUrl, flags) };
  if (place.data !== undefined && place.databaseUrl !== undefined) {
    throw new UsageError('give --data or --database-url, not both: runs are kept in one place');
  }
  return place;
}
