/**
 * The runs that this browser keeps in its IndexedDB: the newest few, each as far as it came, so that neither a closed
 * tab nor a crash loses what was measured. A browser without storage, as in some private windows, keeps none.
 */

import type { DBSchema } from 'idb';
import { z } from 'zod';
import { casesOf } from '../../../../results/record/cases.ts';
import { keptBodySchema } from '../../../../results/record/migrations/index.ts';
import { currentKernelId } from '../../../../results/record/migrations/kernels.ts';
import type { RecordBody } from '../../../../results/record/schema.ts';
import { isUnfinished } from '../../../../results/record/unfinished.ts';
import { decodeRequestSchema } from '../../../model/request/request.ts';
import type { RunRequest } from '../../../session/requests.ts';
import { openOf, type PutBack, type StorageTrouble, tryDatabase, withDatabase } from './database.ts';
import { keyOf } from './run-key.ts';

const RUNS = 'runs';
/** Summaries are kept apart from the runs, so that listing runs does not read megabytes of samples. */
const SUMMARIES = 'summaries';

/** The version of the database. It rises with every change of what is kept; runs of another version are deleted. */
const VERSION = 2;

/** The maximum number of kept runs. One more deletes the oldest. */
const MAX_RUNS = 12;

const keptSchema = z.strictObject({
  /** The run’s request, without what its record says already. */
  request: z.strictObject({
    memoryBytes: z.number().positive().nullable(),
    kernels: z.array(z.string().transform(currentKernelId)),
    compare: z.boolean(),
    budgetMs: z.number().positive().nullable(),
    decode: decodeRequestSchema.nullable(),
  }),
  body: keptBodySchema,
});

export type KeptRun = z.infer<typeof keptSchema>;

export const summarySchema = z.strictObject({
  key: z.string(),
  /** ISO 8601 in UTC. */
  created: z.string(),
  profile: z.string(),
  /** Ids of the models whose decode steps were asked for. */
  models: z.array(z.string()),
  /** The number of cases that are done. If it is below `cases`, the run can be resumed. */
  done: z.number(),
  /** The number of cases of the run. */
  cases: z.number(),
});

/** What a list of runs says of one. */
export type RunSummary = z.infer<typeof summarySchema>;

interface Schema extends DBSchema {
  [RUNS]: { key: string; value: KeptRun };
  [SUMMARIES]: { key: string; value: RunSummary };
}

const database = () => openOf<Schema>('hbmark-runs', VERSION, [RUNS, SUMMARIES]);

function summaryOf({ request, body }: KeptRun): RunSummary {
  const { created, profile } = body;
  const models = request.decode?.models.map(({ id }) => id) ?? [];
  const cases = casesOf(body);
  const left = cases.filter(isUnfinished).length;
  return { key: keyOf(body), created, profile, models, done: cases.length - left, cases: cases.length };
}

/**
 * Keeps a run, and replaces what was kept of it before. Returns what is wrong with the browser's storage, if it was not
 * kept; what was kept before then stays.
 */
export async function keepRun(request: RunRequest, body: RecordBody): Promise<StorageTrouble | undefined> {
  const { memoryBytes, kernels, compare, budgetMs, decode } = request;
  const kept: KeptRun = { request: { memoryBytes, kernels: [...kernels], compare, budgetMs, decode }, body };
  const summary = summaryOf(kept);
  const outcome = await tryDatabase(database, async (db) => {
    const transaction = db.transaction([RUNS, SUMMARIES], 'readwrite');
    const [runs, summaries] = [transaction.objectStore(RUNS), transaction.objectStore(SUMMARIES)];
    const keeping = async () => {
      await Promise.all([runs.put(kept, summary.key), summaries.put(summary, summary.key)]);
      const keys = await summaries.getAllKeys();
      const oldest = keys.slice(0, Math.max(0, keys.length - MAX_RUNS));
      await Promise.all(oldest.flatMap((key) => [runs.delete(key), summaries.delete(key)]));
    };
    // The transaction's own error says that there is no room. All are awaited, so that no rejection goes unheard.
    const [transacted, put] = await Promise.allSettled([transaction.done, keeping()]);
    for (const one of [transacted, put]) if (one.status === 'rejected') throw one.reason;
  });
  return 'trouble' in outcome ? outcome.trouble : undefined;
}

/** The run with this key. Undefined: it is not kept, or cannot be read any more. */
export async function keptRun(key: string): Promise<KeptRun | undefined> {
  return keptSchema.safeParse(await withDatabase(database, (db) => db.get(RUNS, key))).data;
}

/** Deletes a kept run. Returns what puts it back as it was, or what kept the browser from deleting it. Null: it is not kept. */
export async function takeRun(key: string): Promise<PutBack | StorageTrouble | null> {
  const taken = await tryDatabase(database, async (db) => {
    const [run, summary] = await Promise.all([db.get(RUNS, key), db.get(SUMMARIES, key)]);
    if (!run || !summary) return null;
    await Promise.all([db.delete(RUNS, key), db.delete(SUMMARIES, key)]);
    return { run, summary };
  });
  if ('trouble' in taken) return taken.trouble;
  if (taken.value === null) return null;
  const { run, summary } = taken.value;
  return async () => {
    const outcome = await tryDatabase(database, (db) =>
      Promise.all([db.put(RUNS, run, key), db.put(SUMMARIES, summary, key)]),
    );
    return 'trouble' in outcome ? outcome.trouble : null;
  };
}

export async function forgetRun(key: string): Promise<void> {
  await withDatabase(database, (db) => Promise.all([db.delete(RUNS, key), db.delete(SUMMARIES, key)]));
}

/** Summaries of all kept runs, the newest first. */
export const keptRuns = async (): Promise<RunSummary[]> => (await readRuns()).runs;

/** Summaries of all kept runs, the newest first, and what is wrong with the browser's storage. */
export async function readRuns(): Promise<{ runs: RunSummary[]; trouble: StorageTrouble | null }> {
  const outcome = await tryDatabase(database, (db) => db.getAll(SUMMARIES));
  if ('trouble' in outcome) return { runs: [], trouble: outcome.trouble };
  const runs = outcome.value.flatMap((value) => summarySchema.safeParse(value).data ?? []).reverse();
  return { runs, trouble: null };
}
