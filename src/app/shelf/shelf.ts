/** The runs of this browser: its own, those out of files, and those that its storage did not take. */

import { casesOf } from '../../../results/record/cases.ts';
import { seal } from '../../../results/record/digest.ts';
import { checkRecordText } from '../../../results/record/record-text.ts';
import type { RecordBody, RunRecord } from '../../../results/record/schema.ts';
import { isUnfinished } from '../../../results/record/unfinished.ts';
import { isRecordId, publicRun } from '../collection/crowd/public-run.ts';
import type { PutBack, StorageTrouble } from '../engine/kept/database.ts';
import { keptHeadlines } from '../engine/kept/headlines.ts';
import { keyOf } from '../engine/kept/run-key.ts';
import { keptRun, readRuns, takeRun } from '../engine/kept/run-store.ts';
import { comparisonOf, type NamedRun } from '../pages/compare/comparison.ts';
import { betweenLines } from '../pages/history/between/between-lines.ts';
import type { Added, Compared, Shelf, ShelfApi, ShelfRun } from './api.ts';
import { factsOf } from './facts.ts';
import { dropGpuNames, gpuNameOf, keepGpuName, withGpu } from './gpu-names.ts';
import {
  type ImportedSummary,
  importedText,
  type Kept,
  keepImported,
  keepName,
  MAX_IMPORTED,
  readKept,
  takeImported,
} from './imported-store.ts';
import { takeFile } from './take-file.ts';

/** A record that the storage did not take: it lasts as long as the page. */
interface Held {
  readonly run: ShelfRun;
  readonly record: RunRecord;
}

const held = new Map<string, Held>();

/** What puts a deleted run back, by its key. */
const removed = new Map<string, PutBack>();

/** The same as `ShelfApi`, told on which site: a worker does not know where the page is that started it. */
export interface ShelfOn extends Omit<ShelfApi, 'compare'> {
  compare(keys: readonly string[], site: string): Promise<Compared>;
}

export const shelf: ShelfOn = {
  async list(): Promise<Shelf> {
    const [own, kept, storage] = await Promise.all([readRuns(), readKept(), storageUsed()]);
    const { imported, names } = keptOr(kept);
    const runs: ShelfRun[] = [
      ...own.runs.map((run) => ({
        ...run,
        origin: 'own' as const,
        file: '',
        kept: true,
        name: names.get(run.key) ?? '',
      })),
      ...imported.map((run) => importedRun(run, names.get(run.key) ?? '')),
      ...[...held.values()].map(({ run }) => run),
    ];
    const isGone = (key: string): boolean => !runs.some((run) => run.key === key);
    const trouble = own.trouble ?? ('trouble' in kept ? kept.trouble : null);
    // A run that cannot be read now is not gone.
    if (trouble === null) await Promise.all([dropNames([...names.keys()].filter(isGone)), dropGpuNames(isGone)]);
    return { runs: runs.sort(newestFirst), trouble, storage };
  },

  async facts(key) {
    const body = await bodyOf(key);
    return body && factsOf(body);
  },

  async between() {
    const headlines = await keptHeadlines();
    // The newest run was measured on this machine.
    return betweenLines(headlines, headlines[0]?.adapter);
  },

  async add(file): Promise<Added> {
    const taken = await takeFile(file);
    if (!taken.ok) return taken;
    const { record, text } = taken;
    const summary = summaryOf(record, file.name);
    const before = await known(record);
    if (before) return { ok: true, run: before, isNew: false, trouble: null };
    const { imported } = keptOr(await readKept());
    if (imported.length >= MAX_IMPORTED) return { ok: false, refusal: FULL };
    const trouble = await keepImported(summary, text);
    const run = { ...importedRun(summary, ''), kept: trouble === null };
    if (trouble) held.set(run.key, { run, record });
    return { ok: true, run, isNew: true, trouble };
  },

  async rename(key, name) {
    const one = held.get(key);
    if (one) {
      held.set(key, { ...one, run: { ...one.run, name } });
      return null;
    }
    return keepName(key, name);
  },

  async remove(key) {
    const outcome = await taken(key);
    if (typeof outcome !== 'function') return outcome;
    removed.set(key, outcome);
    return null;
  },

  async restore(key) {
    const trouble = (await removed.get(key)?.()) ?? null;
    if (trouble === null) removed.delete(key);
    return trouble;
  },

  async compare(keys, site): Promise<Compared> {
    const { names } = keptOr(await readKept());
    const found = await Promise.all(keys.map((key) => namedRun(key, names, site)));
    return {
      comparison: comparisonOf(found.flatMap((run) => run ?? [])),
      missing: keys.filter((_, i) => found[i] === undefined),
    };
  },
};

const FULL = {
  title: `There are ${MAX_IMPORTED} added records already`,
  lines: [`This browser keeps at most ${MAX_IMPORTED} records out of files. This one was read, and not kept.`],
  steps: ['Delete one that you no longer need, and add the file again.'],
};

const keptOr = (outcome: Awaited<ReturnType<typeof readKept>>): Kept =>
  'value' in outcome ? outcome.value : { imported: [], names: new Map() };

const newestFirst = (a: ShelfRun, b: ShelfRun): number => (a.created < b.created ? 1 : a.created > b.created ? -1 : 0);

const importedRun = (run: ImportedSummary, name: string): ShelfRun => ({
  ...run,
  origin: 'imported',
  name,
  kept: true,
});

function summaryOf(record: RunRecord, file: string): ImportedSummary {
  const { id: key, created, profile, decode = [] } = record;
  const cases = casesOf(record);
  const models = [...new Set(decode.flatMap(({ case: { model, experiment } }) => (experiment ? [] : [model])))];
  const done = cases.length - cases.filter(isUnfinished).length;
  return { key, created, profile, models, done, cases: cases.length, file };
}

/** Drops names of runs that are gone, as the oldest go when a new one comes. What can be put back brings its name along. */
const dropNames = (keys: readonly string[]) => Promise.all(keys.map((key) => keepName(key, '')));

/** The run that a record is already here as: under its id, or as the run of this browser that it was saved from. */
async function known(record: RunRecord): Promise<ShelfRun | undefined> {
  const { runs } = await shelf.list();
  const own = await keptRun(keyOf(record));
  const key = own && seal(own.body).id === record.id ? keyOf(record) : record.id;
  return runs.find((run) => run.key === key);
}

/** A run of this browser, an imported one, or one that its storage did not take. */
async function bodyOf(key: string): Promise<RecordBody | undefined> {
  const one = held.get(key);
  if (one) return one.record;
  const gpu = await gpuNameOf(key);
  const own = await keptRun(key);
  if (own) return withGpu(own.body, gpu);
  const text = await importedText(key);
  const checked = text === undefined ? undefined : checkRecordText(text);
  return checked?.ok ? withGpu(checked.record, gpu) : undefined;
}

async function namedRun(key: string, names: Kept['names'], site: string): Promise<NamedRun | undefined> {
  const one = held.get(key);
  if (one) return { key, name: one.run.name, origin: 'imported', body: one.record };
  const body = await bodyOf(key);
  if (!body && isRecordId(key)) {
    const answer = await publicRun(site, key);
    return answer.kind === 'found' ? { key, name: '', origin: 'crowd', body: answer.run.record } : undefined;
  }
  const origin = body && keyOf(body) === key ? 'own' : 'imported';
  return body && { key, name: names.get(key) ?? '', origin, body };
}

/** Deletes a run. Returns what puts it back, or what kept the browser from deleting it. Null: there is none. */
async function taken(key: string): Promise<PutBack | StorageTrouble | null> {
  const one = held.get(key);
  if (one) {
    held.delete(key);
    return async () => {
      held.set(key, one);
      return null;
    };
  }
  const kept = await readKept();
  if ('trouble' in kept) return kept.trouble;
  const { imported, names } = kept.value;
  const [name, gpu] = [names.get(key) ?? '', await gpuNameOf(key)];
  const summary = imported.find((run) => run.key === key);
  const putBack = await (summary ? takeImported(summary) : takeRun(key));
  if (typeof putBack !== 'function') return putBack;
  if (name !== '') await keepName(key, '');
  if (gpu !== '') await keepGpuName(key, '');
  return async () =>
    (await putBack()) ??
    (name === '' ? null : await keepName(key, name)) ??
    (gpu === '' ? null : await keepGpuName(key, gpu));
}

async function storageUsed(): Promise<Shelf['storage']> {
  try {
    const { usage, quota } = await navigator.storage.estimate();
    return usage === undefined || !quota ? null : { usedBytes: usage, maxBytes: quota };
  } catch {
    // The browser has no such interface here, or refuses to say.
    return null;
  }
}
