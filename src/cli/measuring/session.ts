/**
 * What commands that measure have in common: Ctrl-C that keeps what was measured, progress on stderr, a record at the
 * end.
 */

import { rmSync, writeFileSync } from 'node:fs';
import type { RunEvent } from '../../../harness/events.ts';
import { casesOf } from '../../../results/derive.ts';
import { seal } from '../../../results/digest.ts';
import { endedEarly } from '../../../results/labels.ts';
import type { RecordBody, RunRecord } from '../../../results/schema.ts';
import { EXIT, type ExitCode } from '../errors.ts';
import { requireWritable } from '../files/out-file.ts';
import { KEEP_EVERY_MS } from '../hosts/host.ts';
import { type ProgressBar, progressBar } from './progress.ts';

/** The last event of a run: the record, and where the time went. */
type Finished = Extract<RunEvent, { type: 'done' }>;

export interface Session {
  readonly signal: AbortSignal;
  readonly progress: ProgressBar;
}

export interface RecordedSession extends Session {
  /** Keeps the unfinished run in a file; called between visits. Undefined if no file was named. */
  readonly keep: ((body: () => RecordBody) => void) | undefined;
}

/** Does `work` with a progress bar on stderr. The first Ctrl-C aborts the session's signal. */
export async function inSession<T>(work: (session: Session) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  // `once`, so that a second Ctrl-C has its default effect and ends the process.
  process.once('SIGINT', () => abort.abort());
  const progress = progressBar();
  try {
    return await work({ signal: abort.signal, progress });
  } finally {
    progress.stop();
  }
}

/**
 * Passes a run's events to the progress bar and returns the last. The record is written to the file `out`, if it is
 * given; until then, `out.unfinished` holds what there is.
 *
 * @throws UsageError, before the run starts, if the file cannot be written
 */
export async function recordOf(
  out: string | undefined,
  events: (session: RecordedSession) => AsyncIterable<RunEvent>,
): Promise<Finished> {
  if (out !== undefined) requireWritable(out);
  const unfinished = `${out}.unfinished`;
  let keptMs = performance.now();
  const keep = (body: () => RecordBody) => {
    if (performance.now() - keptMs < KEEP_EVERY_MS) return;
    writeFileSync(unfinished, JSON.stringify(seal(body())));
    keptMs = performance.now();
  };
  const finished = await inSession(async (session) => {
    for await (const event of events({ ...session, keep: out === undefined ? undefined : keep })) {
      session.progress.show(event);
      if (event.type === 'done') return event;
    }
    throw new Error('the run ended without a record');
  });
  if (out !== undefined) {
    writeFileSync(out, `${JSON.stringify(finished.record, null, 2)}\n`);
    rmSync(unfinished, { force: true });
  }
  return finished;
}

/** Returns the exit code of a run that ended in this record. */
export function exitCodeOfRecord(record: RunRecord): ExitCode {
  if (casesOf(record).some(({ status }) => status === 'wrong')) return EXIT.wrong;
  switch (endedEarly(record)?.kind) {
    case 'gave-up':
      return EXIT.noAdapter;
    case 'cancelled':
      return EXIT.interrupted;
    default:
      return EXIT.done;
  }
}

/** Prints a line on stderr for each device that was lost. */
export function reportLost({ events }: RunRecord): void {
  for (const { kind, detail } of events) {
    if (kind === 'lost') console.error(`hbmark: ${detail}. Run again, with less memory (--memory) or a newer driver`);
  }
}
