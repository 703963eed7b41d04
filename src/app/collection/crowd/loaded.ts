/** Runs that were read, with the keys by which they are told apart, made once. Pure. */

import type { JudgedRow } from '../../../crowd/dataset/line.ts';
import { partKey } from '../../../crowd/part.ts';
import type { RowStep } from '../../../crowd/row.ts';
import type { SourceId, Step } from './api.ts';

export interface LoadedRun {
  readonly row: JudgedRow;
  readonly source: SourceId;
  /** Equal for runs of one dot of the chart. Empty: the run is in none. */
  readonly part: string;
  readonly name: string;
  /** The keys of its steps, in their order. */
  readonly steps: readonly string[];
  readonly claimedMs: number;
}

/** A step as an address names it: `llama-3.1-8b,f16,f16,1024,1`. */
export const stepParam = ({ model, weights, kv, context, batch }: Omit<Step, 'bytes'>): string =>
  `${model},${weights},${kv},${context},${batch}`;

export function loaded(row: JudgedRow, source: SourceId): LoadedRun {
  const name = nameOf(row);
  return {
    ...{ row, source, name },
    part: row.software || row.part.name === '' ? (row.software ? name : '') : partKey(row.part),
    steps: row.steps.map(stepParam),
    claimedMs: Date.parse(row.claimed),
  };
}

/** What a run's GPU is called: its part, or as much as its adapter says. */
function nameOf({ part, software, vendor, architecture }: JudgedRow): string {
  const family = [vendor, architecture].filter(Boolean).join(' ');
  if (software) return family || 'unnamed software adapter';
  return part.count > 1
    ? `${part.count} × ${part.name}`
    : part.name || (family && `${family}, not named`) || 'not named';
}

/** The step of a run with this key. */
export function stepWith({ row, steps }: LoadedRun, key: string): RowStep | undefined {
  const at = steps.indexOf(key);
  return at < 0 ? undefined : row.steps[at];
}

/** Runs of several sources, each once: whoever submits a run may also have contributed its file. */
export function merged(lists: readonly (readonly LoadedRun[])[]): readonly LoadedRun[] {
  if (lists.length === 1) return lists[0] ?? [];
  const runs = new Map<string, LoadedRun>();
  for (const run of lists.flat()) if (!runs.has(run.row.id)) runs.set(run.row.id, run);
  return [...runs.values()];
}
