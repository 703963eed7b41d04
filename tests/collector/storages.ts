/** The storages that one suite runs on: a data folder, a database, and two replicas before one database. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../../src/collector/store/open.ts';
import type { Store } from '../../src/collector/store/store.ts';
import { askIn, makeDatabase, type PostgresPlace, urlOf } from '../support/crowd/postgres.ts';

export interface Tested {
  readonly name: string;
  /** Returns an empty store. */
  open(now: () => number): Promise<Store>;
  /** After each test. */
  close(): Promise<void>;
  /** After the last. */
  end(): Promise<void>;
}

export const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), 'hbmark-store-'));

/** All that comes. */
export async function collected<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

const TABLES = [
  'runs',
  'records',
  'run_models',
  'rates',
  'fingerprints',
  'secrets',
  'summary_groups',
  'summary_counts',
];

/** The other transaction of two that are in each other's way is tried again, as on databases that know no other way. */
const SERIALISABLE = '-c default_transaction_isolation=serializable';

const nothing = async (): Promise<void> => {};

export const storages = (postgres: PostgresPlace): Tested[] => [
  onFolder(),
  onDatabase('Postgres', postgres, (url, now) => openStore(url, { now })),
  onDatabase('two replicas before one serialisable Postgres', postgres, async (url, now) => {
    const serialisable = `${url}?options=${encodeURIComponent(SERIALISABLE)}`;
    const [one, other] = await Promise.all([openStore(serialisable, { now }), openStore(serialisable, { now })]);
    return inTurn([one, other]);
  }),
];

function onFolder(): Tested {
  let folder = '';
  let store: Store | undefined;
  return {
    name: 'SQLite',
    async open(now) {
      folder = temporaryFolder();
      store = await openStore(folder, { now });
      return store;
    },
    async close() {
      await store?.close();
      rmSync(folder, { recursive: true });
    },
    end: nothing,
  };
}

/** One database for all tests, emptied before each: to open a store takes longer than most of them. */
function onDatabase(
  name: string,
  postgres: PostgresPlace,
  open: (url: string, now: () => number) => Promise<Store>,
): Tested {
  let url = '';
  let store: Store | undefined;
  return {
    name,
    async open(now) {
      if (store === undefined) {
        url = urlOf(postgres, await makeDatabase(postgres));
        store = await open(url, now);
      } else await askIn(url, `truncate ${TABLES.join()}`);
      return store;
    },
    close: nothing,
    end: async () => store?.close(),
  };
}

/** Gives each call to the next of two stores. */
function inTurn(stores: readonly [Store, Store]): Store {
  let calls = 0;
  const next = (): Store => stores[calls++ % 2 === 0 ? 0 : 1];
  return {
    add: (run) => next().add(run),
    find: (id) => next().find(id),
    list: (filter, limit, cursor) => next().list(filter, limit, cursor),
    summary: (filter) => next().summary(filter),
    remove: (id, tokenHash) => next().remove(id, tokenHash),
    expel: (id) => next().expel(id),
    takeQuarantined: (limit) => next().takeQuarantined(limit),
    judge: (id, status, reasons, premise) => next().judge(id, status, reasons, premise),
    neighbours: (row, limit) => next().neighbours(row, limit),
    ofPart: (row, limit) => next().ofPart(row, limit),
    admit: (action, submitter, limit, windowMs) => next().admit(action, submitter, limit, windowMs),
    typedBy: (typedName) => next().typedBy(typedName),
    secret: (name, untilMs) => next().secret(name, untilMs),
    all: () => next().all(),
    kept: () => next().kept(),
    ping: () => next().ping(),
    close: async () => void (await Promise.all(stores.map((one) => one.close()))),
  };
}
