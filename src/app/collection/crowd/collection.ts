/** What pages ask of the collection, over all of its sources. No DOM: it is handed the sources. */

import type { Crowd, CrowdView, RunLine, SourceId, Sources, ViewAnswer } from './api.ts';
import { fileOf } from './files.ts';
import { lineOf } from './lines.ts';
import type { LoadedRun } from './loaded.ts';
import { loaded, merged } from './loaded.ts';
import type { CrowdQuery } from './query.ts';
import type { Source, Wanted } from './sources/source.ts';
import { summaryView } from './views/summary-view.ts';
import { inOrder, matching, viewOf } from './views/view.ts';

export type Opening = Readonly<Record<SourceId, () => Promise<Source | undefined>>>;

interface Read {
  readonly runs: readonly LoadedRun[];
  readonly areAll: boolean;
}

/** The last view's runs, in their order. */
interface Shown {
  readonly query: string;
  readonly runs: readonly LoadedRun[];
  readonly step: string;
}

export function createCollection(opening: Opening, now: () => number = Date.now) {
  let opened: Opened | undefined;
  const reads = new Map<string, Promise<Read | undefined>>();
  let shown: Shown | undefined;

  const open = (): Opened => {
    const isStale = opened?.hasFailed === true && now() - opened.atMs > RETRY_MS;
    if (!opened || isStale) opened = openAll(opening, now());
    return opened;
  };

  /** Reads runs of a source once. Undefined: there are too many. */
  function read(source: Source, wanted: Wanted): Promise<Read | undefined> {
    const key = JSON.stringify([source.id, wanted]);
    const before = reads.get(key);
    if (before) return before;
    const reading = source
      .rows(wanted)
      .then((found) => found && { runs: found.rows.map((row) => loaded(row, source.id)), areAll: found.areAll });
    reads.set(key, reading);
    // What failed may not fail again.
    reading.catch(() => reads.delete(key));
    return reading;
  }

  /** All runs of a source; of one that has too many, those that the query asks for, as many as can be read. */
  async function runsOf(source: Source, query: CrowdQuery): Promise<Read | undefined> {
    const software = query.adapters === 'software';
    const all = await read(source, { software });
    if (all?.areAll) return all;
    const narrow = wantedBy(query, now());
    return Object.keys(narrow).length === 0 ? all : read(source, { software, ...narrow });
  }

  /** Answers a question, and holds its runs. @throws Error in a sentence for a person */
  async function look(query: CrowdQuery): Promise<{ readonly view: CrowdView; readonly shown: Shown }> {
    const { sources, problems } = await open().all;
    if (sources.length === 0) throw new Error(problems.join(' '));
    const found = await Promise.all(sources.map((source) => runsOf(source, query)));
    const runs = merged(found.map((one) => one?.runs ?? []));
    const view = found.every((one) => one?.areAll === true)
      ? viewOf(runs, query, now())
      : partial(sources, found.includes(undefined) ? undefined : runs, query);
    if (!view) throw new Error(TOO_MANY);
    shown = shownOf(query, runs, view);
    return { view, shown };
  }

  /**
   * The view where not all runs can be read: the largest source's summary, or what was read if that cannot say.
   * @param runs undefined: of some source, none could be read
   */
  function partial(
    sources: readonly Source[],
    runs: readonly LoadedRun[] | undefined,
    query: CrowdQuery,
  ): CrowdView | undefined {
    const ofRead = runs && viewOf(runs, query, now(), 'newest');
    const ofAll =
      query.when === 'all' || !runs ? mostRuns(sources.map((one) => summaryView(one.summary, query))) : undefined;
    return ofAll ? { ...ofAll, ...(ofRead && { programs: ofRead.programs, systems: ofRead.systems }) } : ofRead;
  }

  function shownOf(query: CrowdQuery, runs: readonly LoadedRun[], { step }: CrowdView): Shown {
    const matched = matching(runs, query, now());
    return {
      query: JSON.stringify(query),
      runs: inOrder(matched, query.order, step?.key ?? ''),
      step: step?.key ?? '',
    };
  }

  /** The runs of this question, and of no other. @throws as `look` */
  const shownBy = async (query: CrowdQuery): Promise<Shown> =>
    shown?.query === JSON.stringify(query) ? shown : (await look(query)).shown;

  return {
    async sources(): Promise<Sources> {
      const { sources, problems } = await open().all;
      return {
        sources: sources.map(({ id, runs, parquet, made }) => ({ id, runs, parquet, ...(made && { made }) })),
        problems,
      };
    },

    async quick(query: CrowdQuery): Promise<CrowdView | undefined> {
      // One that does not answer must not keep the other's chart back.
      const views = open().each.map(async (source) => {
        const found = await source;
        const ofOne = found && summaryView(found.summary, query);
        return ofOne && ofOne.runs > 0 ? ofOne : Promise.reject(new Error('it has nothing to show'));
      });
      return Promise.any(views).catch(() => undefined);
    },

    async view(query: CrowdQuery): Promise<ViewAnswer> {
      try {
        return { ok: true, view: (await look(query)).view };
      } catch (error) {
        return { ok: false, why: error instanceof Error ? error.message : String(error) };
      }
    },

    async lines(query: CrowdQuery, from: number, to: number): Promise<readonly RunLine[]> {
      const { runs, step } = await shownBy(query);
      return runs.slice(from, to).map((run) => lineOf(run, step));
    },

    async file(query: CrowdQuery, ending: 'csv' | 'json'): Promise<Blob> {
      return fileOf((await shownBy(query)).runs, ending);
    },

    /** Runs of a part from all sources, for whoever asks about one. @throws Error in a sentence for a person */
    async runsOfPart(part: string): Promise<readonly LoadedRun[]> {
      const { sources, problems } = await open().all;
      if (sources.length === 0) throw new Error(problems.join(' '));
      const found = await Promise.all(sources.map((source) => read(source, { software: false, part })));
      return merged(found.map((one) => one?.runs ?? []));
    },
  } satisfies Omit<Crowd, 'standing'> & Record<string, unknown>;
}

const TOO_MANY =
  'There are too many runs to read them all in a page: choose a GPU first, or download the collection and ask it yourself.';

/** What a source is asked for that has too many runs to be read whole. */
function wantedBy({ gpu, program, system, when }: CrowdQuery, nowMs: number): Omit<Wanted, 'software'> {
  return {
    ...(gpu !== '' && { part: gpu }),
    ...(program !== '' && { program }),
    ...(system !== '' && { system }),
    // By the day, so that the next question asks for the same.
    ...(when === 'year' && { since: `${new Date(nowMs - 366 * 86_400_000).toISOString().slice(0, 10)}T00:00:00Z` }),
  };
}

/** The time after which a source that did not answer is asked again. */
const RETRY_MS = 20_000;

interface Opened {
  /** Each as it is being opened. */
  readonly each: readonly Promise<Source | undefined>[];
  /** The sources that opened, and the problems of the others, once all have answered. */
  readonly all: Promise<{ readonly sources: readonly Source[]; readonly problems: readonly string[] }>;
  readonly atMs: number;
  hasFailed: boolean;
}

function openAll(opening: Opening, atMs: number): Opened {
  const each = [opening.collector(), opening.files()];
  const opened: Opened = { each, atMs, hasFailed: false, all: settled() };
  return opened;

  async function settled() {
    const outcomes = await Promise.allSettled(each);
    const sources = outcomes.flatMap((one) => (one.status === 'fulfilled' && one.value ? [one.value] : []));
    const problems = outcomes.flatMap((one) => (one.status === 'rejected' ? [problemText(one.reason)] : []));
    opened.hasFailed = problems.length > 0;
    return { sources, problems };
  }
}

/** The view of most runs: medians of two summaries cannot be joined. */
const mostRuns = (views: readonly (CrowdView | undefined)[]): CrowdView | undefined =>
  views.reduce((most, one) => (one && (!most || one.runs > most.runs) ? one : most), undefined);

/** A sentence, with its full stop. */
function problemText(reason: unknown): string {
  const text = reason instanceof Error ? reason.message : String(reason);
  return `${text[0]?.toUpperCase() ?? ''}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;
}
