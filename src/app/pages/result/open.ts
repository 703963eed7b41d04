/** What the result page shows, and what a person can open on it. No DOM but the address. */

import { signal } from '@preact/signals';
import { shown as shownText } from '../../../../results/text/shown.ts';
import { severalFiles } from '../../share/problems.ts';
import type { Read, ReaderApi, ReadRecord, Sentences } from '../../share/reader/api.ts';
import type { Summary } from '../../share/summary.ts';
import type { Refusal } from '../../shelf/refusal.ts';
import { type Asked, askedBy, queryOf } from './address.ts';
import { FIRST_TAB, type TabId } from './tabs/tabs.ts';

export type Shown = { readonly kind: 'nothing' } | ReadRecord | { readonly kind: 'summary'; readonly summary: Summary };

export type ResultPageState = ReturnType<typeof createResultPage>;

/** @param setAddress puts a query in the place of the address's query, and of its fragment unless that is kept */
export function createResultPage(reader: ReaderApi, setAddress = replaceAddress) {
  const shown = signal<Shown>({ kind: 'nothing' });
  /** Whether something is being read. What was shown before stays until it is. */
  const reading = signal(false);
  /** A line for each parameter of the address that cannot be used. */
  const problems = signal<readonly string[]>([]);
  /** Why the last thing that was opened is not shown. */
  const refusals = signal<readonly Refusal[]>([]);
  /** A line about the last thing that was done. Empty: there is none. */
  const said = signal('');
  const tab = signal<TabId>(FIRST_TAB);
  /** A number that rises with each thing that is opened. Earlier answers are dropped. */
  let openings = 0;

  async function open(asked: Promise<Read>): Promise<boolean> {
    const opening = ++openings;
    reading.value = true;
    refusals.value = [];
    said.value = '';
    const read = await asked;
    if (opening !== openings) return false;
    reading.value = false;
    if (read.kind === 'refusal') {
      refusals.value = [read.refusal];
      return false;
    }
    shown.value = read;
    return true;
  }

  return {
    shown,
    reading,
    problems,
    refusals,
    said,
    tab,

    /** Says more of the record that is shown, once more is known of it. */
    say(read: ReadRecord, answer: Sentences): void {
      const now = shown.value;
      if (now.kind === 'record' && now.record === read.record) shown.value = { ...now, answer };
    },

    openTab(id: TabId): void {
      tab.value = id;
      const now = shown.value;
      const key = now.kind === 'record' ? (now.key ?? '') : '';
      setAddress(queryOf(key, id), key === '');
      problems.value = [];
    },

    async openAddress(location: Parameters<typeof askedBy>[0]): Promise<void> {
      const asked: Asked = askedBy(location);
      problems.value = asked.problems;
      tab.value = asked.tab;
      openings++;
      reading.value = false;
      shown.value = { kind: 'nothing' };
      if (asked.key) await open(reader.kept(asked.key));
      else if (asked.fragment) await open(reader.link(asked.fragment));
      else refusals.value = [];
    },

    async openFiles(files: readonly File[]): Promise<void> {
      const [file] = files;
      if (!file) return;
      if (files.length > 1) {
        refusals.value = [severalFiles(files.length)];
        return;
      }
      // The address no longer says what is shown: whoever reloads would get another result.
      if (!(await open(reader.file(file)))) return;
      setAddress(queryOf('', tab.value));
      problems.value = [];
    },

    /** Keeps the record that is shown among the runs of this browser. */
    async keep({ text, file }: ReadRecord): Promise<void> {
      const added = await reader.keep(text, file ?? 'shared.json');
      if (!added.ok) {
        refusals.value = [added.refusal];
        return;
      }
      const { run, trouble } = added;
      if (trouble) {
        said.value =
          trouble === 'full'
            ? 'Not kept: the browser’s storage is full.'
            : 'Not kept: the browser has no storage for this page.';
        return;
      }
      said.value = 'Kept. It is in History now.';
      setAddress(queryOf(run.key, tab.value));
      const now = shown.value;
      if (now.kind === 'record' && now.text === text) shown.value = { ...now, key: run.key };
    },

    /** Names the GPU of the run that is shown. The record stays as it was measured. */
    async nameGpu(key: string, typed: string): Promise<void> {
      const name = typed.trim();
      const trouble = await reader.nameGpu(key, name);
      if (trouble) {
        said.value = `The name was not kept: ${trouble === 'full' ? 'the browser’s storage is full' : 'the browser has no storage for this page'}.`;
        return;
      }
      if (await open(reader.kept(key)))
        said.value = name ? `The GPU is called ${shownText(name)} now.` : 'The GPU has no name now.';
    },
  };
}

function replaceAddress(query: string, keepsFragment = false): void {
  history.replaceState(null, '', `${location.pathname}${query}${keepsFragment ? location.hash : ''}`);
}
