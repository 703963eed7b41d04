/** What the page of the collection knows, and what a person can do on it. No DOM. */

import { computed, signal } from '@preact/signals';
import type { Crowd, CrowdView, RunLine, Sources } from '../../collection/crowd/api.ts';
import { type CrowdQuery, DEFAULT_QUERY } from '../../collection/crowd/query.ts';

export type CrowdState = ReturnType<typeof createCrowdState>;

/** The lines that are asked for at a time. */
const CHUNK = 100;

/** @param onQuery takes what is asked, for the address */
export function createCrowdState(crowd: Crowd, asked: CrowdQuery, onQuery: (query: CrowdQuery) => void) {
  const query = signal(asked);
  /** Undefined: nothing is read yet. */
  const view = signal<CrowdView | undefined>(undefined);
  /** What the view answers. A question that could not be answered leaves the view before it. */
  let answered = asked;
  /** Whether runs are being read. What is shown meanwhile is of the summaries, or of the question before. */
  const reading = signal(true);
  /** Why nothing, or nothing new, is shown. Empty: it is. */
  const problem = signal('');
  const sources = signal<Sources | undefined>(undefined);
  /** Lines of the view's table by the number of their chunk. */
  const chunks = signal<ReadonlyMap<number, readonly RunLine[]>>(new Map());
  /** The chunks of this view that were asked for. What failed is not among them: it may not fail again. */
  let fetched = new Set<number>();
  /** Why the last file was not made. Empty: it was. */
  const fileProblem = signal('');
  /** A number that rises with each question. Earlier answers are dropped. */
  let asks = 0;

  async function read(): Promise<void> {
    const ask = ++asks;
    const now = query.value;
    const isLatest = (): boolean => ask === asks;
    reading.value = true;
    if (!view.value) {
      const quick = await crowd.quick(now);
      if (!isLatest()) return;
      if (quick && !view.value) view.value = quick;
    }
    const answer = await crowd.view(now);
    if (!isLatest()) return;
    reading.value = false;
    problem.value = answer.ok ? '' : answer.why;
    if (answer.ok) {
      fetched = new Set();
      chunks.value = new Map();
      answered = now;
      view.value = answer.view;
    }
    sources.value = await crowd.sources();
  }

  async function fetchChunk(index: number): Promise<void> {
    const among = fetched;
    among.add(index);
    try {
      const lines = await crowd.lines(answered, index * CHUNK, (index + 1) * CHUNK);
      if (among === fetched) chunks.value = new Map(chunks.value).set(index, lines);
    } catch (error) {
      among.delete(index);
      if (among === fetched) problem.value = error instanceof Error ? error.message : String(error);
    }
  }

  async function ask(changes: Partial<CrowdQuery>): Promise<void> {
    query.value = { ...query.value, ...changes };
    onQuery(query.value);
    await read();
  }

  return {
    ...{ query, view, reading, problem, sources, fileProblem, read, ask },
    /** The filters that are on: what “clear” takes away. */
    filters: computed(() => filtersOf(query.value)),
    /** Whether the table can be shown: its lines are those of the view. */
    hasLines: computed(() => view.value !== undefined && view.value.of !== 'summary'),

    /** A line of the table. Undefined: it is being read. */
    line: (index: number): RunLine | undefined => chunks.value.get(Math.floor(index / CHUNK))?.[index % CHUNK],
    /** Asks for lines that are about to be seen. */
    see(from: number, to: number): void {
      if (reading.value) return;
      for (let chunk = Math.floor(from / CHUNK); chunk * CHUNK < to; chunk++) {
        if (!fetched.has(chunk)) void fetchChunk(chunk);
      }
    },
    async file(ending: 'csv' | 'json'): Promise<Blob | undefined> {
      try {
        const blob = await crowd.file(query.value, ending);
        fileProblem.value = '';
        return blob;
      } catch (error) {
        fileProblem.value = `The file was not made: ${error instanceof Error ? error.message : error}`;
        return undefined;
      }
    },
  };
}

export type FilterName = 'step' | 'gpu' | 'program' | 'system' | 'when' | 'adapters';

const FILTERS: readonly FilterName[] = ['gpu', 'program', 'system', 'step', 'when', 'adapters'];

const filtersOf = (query: CrowdQuery): readonly FilterName[] =>
  FILTERS.filter((name) => query[name] !== DEFAULT_QUERY[name]);
