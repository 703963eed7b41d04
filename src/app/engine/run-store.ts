/**
 * The runs of this browser, in its IndexedDB: the last few, each as far as it came, so that neither a closed tab nor a
 * crash loses what was measured. Where a browser keeps nothing for the page, as in some private windows, there are none.
 */

import type { DBSchema } from 'idb';
import { z } from 'zod';
import { isUnfinished } from '../../../harness/journal.ts';
import { casesOf } from '../../../results/derive.ts';
import { currentKernelId, keptBodySchema } from '../../../results/migrations.ts';
import type { RecordBody } from '../../../results/schema.ts';
import { decodeRequestSchema } from '../../model/request/request.ts';
import type { RunRequest } from '../../session/run-options.ts';
import { openOf, withDatabase } from './database.ts';

const RUNS = 'runs';
/** Beside the runs, so that a list of them need not read megabytes of samples. */
const SUMMARIES = 'summaries';

/** Moves with every change of what is kept; of another version nothing is. */
const VERSION = 2;

/** Kept runs; the oldest goes when there is one more. */
const MOST_RUNS = 12;

const keptSchema = z.strictObject({
  /** How the run was asked for, beyond what its record says. */
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

const summarySchema = z.strictObject({
  key: z.string(),
  /** ISO 8601 in UTC. */
  created: z.string(),
  profile: z.string(),
  /** Ids of the models whose decode steps were asked for. */
  models: z.array(z.string()),
  /** Cases that are done, … */
  done: z.number(),
  /** … of so many: where it is less, the run can be gone on with. */
  cases: z.number(),
});

/** A kept run, in a line. */
export type RunSummary = z.infer<typeof summarySchema>;

interface Schema extends DBSchema {
  [RUNS]: { key: string; value: KeptRun };
  [SUMMARIES]: { key: string; value: RunSummary };
}

const database = () => openOf<Schema>('hbmark-runs', VERSION, [RUNS, SUMMARIES]);

function summaryOf({ request, body }: KeptRun): RunSummary {
  const { created, seed, profile } = body;
  const models = request.decode?.models.map(({ id }) => id) ?? [];
  const cases = casesOf(body);
  const left = cases.filter(isUnfinished).length;
  // Runs sort by when they were begun.
  const key = `${created} ${seed}`;
  return { key, created, profile, models, done: cases.length - left, cases: cases.length };
}

/** Keeps a run, in place of what was kept of it before. What its record says is not kept twice. */
export async function keepRun(request: RunRequest, body: RecordBody): Promise<void> {
  const { memoryBytes, kernels, compare, budgetMs, decode } = request;
  const kept: KeptRun = { request: { memoryBytes, kernels: [...kernels], compare, budgetMs, decode }, body };
  const summary = summaryOf(kept);
  await withDatabase(database, async (db) => {
    const transaction = db.transaction([RUNS, SUMMARIES], 'readwrite');
    const [runs, summaries] = [transaction.objectStore(RUNS), transaction.objectStore(SUMMARIES)];
    await Promise.all([runs.put(kept, summary.key), summaries.put(summary, summary.key)]);
    const keys = await summaries.getAllKeys();
    const oldest = keys.slice(0, Math.max(0, keys.length - MOST_RUNS));
    await Promise.all(oldest.flatMap((key) => [runs.delete(key), summaries.delete(key)]));
    await transaction.done;
  });
}

/** By key; undefined where there is none. */
export async function keptRun(key: string): Promise<KeptRun | undefined> {
  return keptSchema.safeParse(await withDatabase(database, (db) => db.get(RUNS, key))).data;
}

export async function forgetRun(key: string): Promise<void> {
  await withDatabase(database, (db) => Promise.all([db.delete(RUNS, key), db.delete(SUMMARIES, key)]));
}

/** The newest first. */
export async function keptRuns(): Promise<RunSummary[]> {
  const all = await withDatabase(database, (db) => db.getAll(SUMMARIES));
  return (all ?? []).flatMap((value) => summarySchema.safeParse(value).data ?? []).reverse();
}
