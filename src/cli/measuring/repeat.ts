/** `--repeat`: whole runs, one after another, each with a device, a seed and a record of its own. */

import { join, parse } from 'node:path';
import type { RunEvent } from '../../../harness/events.ts';
import { seedOfRun } from '../../session/params.ts';
import { requireWritable } from '../files/out-file.ts';
import { interruptible, type Recorded, type RecordedSession, recorded } from './session.ts';
import { inTurn, withOutFiles } from './turn.ts';

/** The runs to do. */
export interface Repeat {
  readonly times: number;
  /** The seed of the first run; those of the others follow from it. */
  readonly seed: number;
  /** The file of the record, or the name that those of several records follow from. Undefined: none is kept. */
  readonly out: string | undefined;
}

/** One of the runs. */
export interface NthRun {
  /** Its number, from 1. */
  readonly number: number;
  readonly seed: number;
  readonly out: string | undefined;
}

/** A run that left a record. */
export interface DoneRun extends NthRun, Recorded {}

/** What became of the runs. */
export interface Repeated {
  readonly runs: readonly DoneRun[];
  /** The error that ended a run without a record, after others had left theirs. */
  readonly failure?: { readonly error: unknown };
}

/** Returns the runs to do, each with its seed and its file: `run.json`, or `run-1.json` … `run-10.json` of ten. */
export function plannedRuns({ times, seed, out }: Repeat): NthRun[] {
  return Array.from({ length: times }, (_, nth) => ({
    number: nth + 1,
    seed: seedOfRun(seed, nth),
    out: out === undefined || times === 1 ? out : numbered(out, nth + 1),
  }));
}

function numbered(path: string, number: number): string {
  const { dir, name, ext } = parse(path);
  return join(dir, `${name}-${number}${ext}`);
}

/**
 * Does the runs until all are done, Ctrl-C, SIGTERM or SIGHUP ends one, or one ends without a record. A run's record is written, and
 * `onRun` is called, before the next run begins.
 *
 * @throws UsageError, before the first run, if a file cannot be written, or another run writes to it
 * @throws what the first run throws, if it leaves no record
 */
export async function repeated(
  repeat: Repeat,
  events: (run: NthRun, session: RecordedSession) => AsyncIterable<RunEvent>,
  onRun: (run: DoneRun) => void,
): Promise<Repeated> {
  const planned = plannedRuns(repeat);
  for (const { out } of planned) if (out !== undefined) requireWritable(out);
  const outs = planned.flatMap(({ out }) => out ?? []);
  return withOutFiles(outs, () =>
    interruptible((signal) => inTurn(signal, (otherRun) => oneByOne({ planned, signal, otherRun }, events, onRun))),
  );
}

async function oneByOne(
  { planned, ...session }: Pick<RecordedSession, 'signal' | 'otherRun'> & { readonly planned: readonly NthRun[] },
  events: (run: NthRun, session: RecordedSession) => AsyncIterable<RunEvent>,
  onRun: (run: DoneRun) => void,
): Promise<Repeated> {
  const runs: DoneRun[] = [];
  for (const run of planned) {
    if (session.signal.aborted) break;
    const title = planned.length === 1 ? undefined : `run ${run.number} of ${planned.length}`;
    // Only the first run begins right after another process.
    const otherRun = runs.length === 0 ? session.otherRun : undefined;
    let finished: Recorded;
    try {
      finished = await recorded({ ...session, out: run.out, otherRun, title }, (recording) => events(run, recording));
    } catch (error) {
      if (runs.length === 0) throw error;
      return { runs, failure: { error } };
    }
    const done = { ...run, ...finished };
    runs.push(done);
    onRun(done);
  }
  return { runs };
}
