/** Finished runs that several items show, each computed once: a law takes up to seconds. */

import type { Measured, RunRecord } from '../../../results/record/schema.ts';
import type { Store } from '../state/state.ts';
import { committed, finished } from './fixtures.ts';
import { gpuRecord } from './gpu-record.ts';

export const SMOLLM2 = '2026-11-27-lavapipe-smollm2';
export const QUICK = '2026-11-24-lavapipe-quick';

const stores = new Map<string, Store>();

/** @param name a committed record, or `gpu` */
export function shown(name: string): Store {
  const store = stores.get(name) ?? finished(name === 'gpu' ? gpuRecord() : committed(name));
  stores.set(name, store);
  return store;
}

/** The GPU's run, changed. */
export function changed(change: (record: RunRecord) => void): Store {
  const record = gpuRecord();
  change(record);
  return finished(record);
}

export const measuredIn = (record: RunRecord): Measured[] =>
  record.measurements.flatMap((m) => (m.status === 'measured' ? [m] : []));
