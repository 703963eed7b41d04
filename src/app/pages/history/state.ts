/** What the history page knows, and what a person can do on it. No DOM: it is handed the shelf. */

import { computed, signal } from '@preact/signals';
import type { StorageTrouble } from '../../engine/kept/database.ts';
import { createAdding, stopped } from '../../shelf/adding.ts';
import type { Shelf, ShelfApi, ShelfRun } from '../../shelf/api.ts';
import type { RunFacts } from '../../shelf/facts.ts';
import type { Refusal } from '../../shelf/refusal.ts';
import { MAX_COMPARED } from '../compare/address.ts';
import type { BetweenLine } from './between/between-lines.ts';
import { nameFrom, titleOf } from './runs/run-text.ts';

export type HistoryState = ReturnType<typeof createHistory>;

const UNKEPT = {
  full: 'the browser’s storage is full',
  denied: 'the browser has no storage for this page',
} as const;

export function createHistory(shelf: ShelfApi) {
  /** Undefined: not read yet. */
  const listed = signal<Shelf | undefined>(undefined);
  /** Why the runs could not be read. Undefined: they were, or are not yet. */
  const broken = signal<Refusal | undefined>(undefined);
  const facts = signal<ReadonlyMap<string, RunFacts>>(new Map());
  /** What comparable runs of this browser say together. */
  const between = signal<readonly BetweenLine[]>([]);
  /** The keys of runs to compare, in the order in which they were chosen. */
  const chosen = signal<readonly string[]>([]);
  /** Runs that were deleted, and can still be put back. */
  const deleted = signal<readonly ShelfRun[]>([]);
  /** A line about what was done last. Empty: nothing to say. */
  const said = signal('');

  async function read(): Promise<void> {
    try {
      const now = await shelf.list();
      listed.value = now;
      chosen.value = chosen.value.filter((key) => now.runs.some((run) => run.key === key));
      // They are computed one after the other, the newest first, and the list does not wait for them.
      for (const { key } of now.runs) {
        if (facts.value.has(key)) continue;
        const found = await shelf.facts(key);
        if (found) facts.value = new Map(facts.value).set(key, found);
      }
      between.value = await shelf.between();
    } catch (error) {
      broken.value = stopped(error);
    }
  }

  /** Says what became of what a person did. @param what began by a capital letter, without its full stop */
  function tell(what: string, trouble: StorageTrouble | null, failed = 'Not kept'): void {
    said.value = trouble === null ? `${what}.` : `${failed}: ${UNKEPT[trouble]}.`;
  }

  /** Does what a person asked for. A worker that is gone is said. */
  async function attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      broken.value = stopped(error);
    }
  }

  const isListed = (key: string): boolean => runsOf(listed.value).some((run) => run.key === key);

  const titleOfRun = (run: ShelfRun): string => titleOf(run, facts.value.get(run.key));

  return {
    ...{ listed, broken, facts, between, chosen, deleted, said, read },
    adding: createAdding(shelf, read),
    /** The runs as they are shown: those that can still be put back stay in their places. */
    rows: computed(() =>
      [...runsOf(listed.value), ...deleted.value.filter(({ key }) => !isListed(key))].sort((a, b) =>
        a.created < b.created ? 1 : a.created > b.created ? -1 : 0,
      ),
    ),
    canChoose: computed(() => chosen.value.length < MAX_COMPARED),

    choose(key: string, isChosen: boolean): void {
      const others = chosen.value.filter((one) => one !== key);
      chosen.value = isChosen ? [...others, key].slice(0, MAX_COMPARED) : others;
    },
    rename: (run: ShelfRun, typed: string): Promise<void> =>
      attempt(async () => {
        const name = nameFrom(typed);
        if (name === run.name) return;
        const trouble = await shelf.rename(run.key, name);
        await read();
        tell(name === '' ? 'The run goes by its GPU again' : `The run is called ${name} now`, trouble);
      }),
    remove: (run: ShelfRun): Promise<void> =>
      attempt(async () => {
        const trouble = await shelf.remove(run.key);
        if (trouble === null) deleted.value = [...deleted.value, run];
        tell(`${titleOfRun(run)} was deleted`, trouble, 'Not deleted');
        await read();
      }),
    restore: (run: ShelfRun): Promise<void> =>
      attempt(async () => {
        const trouble = await shelf.restore(run.key);
        // What could not be put back can be tried again.
        if (trouble === null) deleted.value = deleted.value.filter(({ key }) => key !== run.key);
        await read();
        tell(`${titleOfRun(run)} is back`, trouble);
      }),
    /** Takes away the chance to put a run back. */
    forget(run: ShelfRun): void {
      deleted.value = deleted.value.filter(({ key }) => key !== run.key);
    },
  };
}

const runsOf = (shelf: Shelf | undefined): readonly ShelfRun[] => shelf?.runs ?? [];
