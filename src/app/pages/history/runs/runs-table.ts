/** The list of runs as a table, to be saved. Pure. */

import type { Table } from '../../../charts/table/table.ts';
import type { ShelfRun } from '../../../shelf/api.ts';
import type { RunFacts } from '../../../shelf/facts.ts';
import { profileText, statusOf, titleOf } from './run-text.ts';

const KINDS = { measured: 'measured', atMost: 'at most' } as const;

/** @param facts what is computed of each run by its key, as far as it is */
export const runsTable = (runs: readonly ShelfRun[], facts: ReadonlyMap<string, RunFacts>): Table => ({
  head: [
    ...['run', 'GPU', 'browser or engine'],
    { name: 'memory', unit: 'GB/s' },
    { name: 'writes', unit: 'tokens/s' },
    ...['measured or at most', 'model', 'profile', 'date', 'status', 'file', 'software adapter'],
  ],
  rows: runs.map((run) => {
    const known = facts.get(run.key);
    const { gpu, host, gbps, tokens, isSoftware } = known ?? {};
    return [
      ...[titleOf(run, known), gpu, host, gbps, tokens?.figure],
      ...[tokens && KINDS[tokens.kind], tokens?.of],
      ...[profileText(run), run.created, statusOf(run).word, run.file, isSoftware ? 'yes' : ''],
    ];
  }),
});
