/** Runs that a browser keeps: committed records, put where the page finds them. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright';
import { readRecord } from '../../../results/record/check.ts';
import { seal } from '../../../results/record/digest.ts';
import type { RecordBody, RunRecord } from '../../../results/record/schema.ts';
import { NOT_REACHED } from '../../../results/record/unfinished.ts';
import { gpuRecord } from '../../../src/app/gallery/gpu-record.ts';

export const fileOf = (name: string): string =>
  fileURLToPath(new URL(`../../../results/data/${name}.json`, import.meta.url));

export const SWIFTSHADER = fileOf('2026-11-24-swiftshader-quick');
export const LAVAPIPE = fileOf('2026-11-24-lavapipe-quick');

export const recordIn = (file: string): RunRecord => readRecord(JSON.parse(readFileSync(file, 'utf8')));

/** A run on a GPU whose browser hides its name. */
export function unnamed(): RunRecord {
  const { id: _, ...body } = gpuRecord();
  return seal({ ...body, reported: {} });
}

/** A run as the engine keeps one. */
export interface KeptRun {
  readonly body: RecordBody;
  /** The number of cases that are done. */
  readonly done: number;
}

/** A whole run. */
export function whole(file: string): KeptRun {
  const { id: _, ...body } = recordIn(file);
  return { body, done: body.measurements.length };
}

/** A run that ended before its last two cases. */
export function unfinished(file: string): KeptRun {
  const { body } = whole(file);
  const done = body.measurements.length - 2;
  const measurements = body.measurements.map((m, i) =>
    i < done ? m : { status: 'skipped' as const, case: m.case, reason: NOT_REACHED },
  );
  return { body: { ...body, measurements }, done };
}

/** Puts a run into the browser's storage. Returns its key. */
export const keepRun = (page: Page, run: KeptRun): Promise<string> => page.evaluate(put, run);

/** Runs in the page, as `src/app/engine/kept/run-store.ts` does. */
async function put({ body, done }: KeptRun): Promise<string> {
  const resultOf = <T>(request: IDBRequest<T>) =>
    new Promise<T>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  // The page may not have made its database yet: then it is made here as the page makes it.
  const opening = indexedDB.open('hbmark-runs', 2);
  opening.onupgradeneeded = () => {
    for (const store of ['runs', 'summaries']) opening.result.createObjectStore(store);
  };
  const database = await resultOf(opening);
  const key = `${body.created} ${body.seed}`;
  const stores = database.transaction(['runs', 'summaries'], 'readwrite');
  const request = { memoryBytes: null, kernels: [], compare: false, budgetMs: null, decode: null };
  const { created, profile, measurements } = body;
  const summary = { key, created, profile, models: [], done, cases: measurements.length };
  await resultOf(stores.objectStore('runs').put({ request, body }, key));
  await resultOf(stores.objectStore('summaries').put(summary, key));
  database.close();
  return key;
}
