/**
 * What commands that measure have in common: Ctrl-C that keeps what was measured, progress on stderr, a record at the
 * end.
 */

import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { HarnessError } from '../../../harness/errors.ts';
import type { RunEvent } from '../../../harness/events.ts';
import { casesOf } from '../../../results/derive.ts';
import { seal } from '../../../results/digest.ts';
import { endedEarly } from '../../../results/labels/course.ts';
import type { RecordBody, RunRecord } from '../../../results/schema.ts';
import { shown } from '../../../results/shown.ts';
import { EXIT, type ExitCode } from '../errors.ts';
import { requireWritable } from '../files/out-file.ts';
import { KEEP_EVERY_MS } from '../hosts/host.ts';
import { printError } from '../text/print.ts';
import { type ProgressBar, progressBar } from './progress.ts';

/** The last event of a run: the record, and where the time went. */
export type Finished = Extract<RunEvent, { type: 'done' }>;

export interface Session {
  readonly signal: AbortSignal;
  readonly progress: ProgressBar;
}

export interface RecordedSession extends Session {
  /** Keeps the unfinished run in a file; called between visits. Undefined if no file was named. */
  readonly keep: ((body: () => RecordBody) => void) | undefined;
}

/** Does `work` with a signal that the first Ctrl-C aborts. */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  const interrupt = () => abort.abort();
  // `once`, so that a second Ctrl-C has its default effect and ends the process.
  process.once('SIGINT', interrupt);
  try {
    return await work(abort.signal);
  } finally {
    process.off('SIGINT', interrupt);
  }
}

/** Does `work` with a progress bar on stderr. The first Ctrl-C aborts the session's signal. */
export function inSession<T>(work: (session: Session) => Promise<T>): Promise<T> {
  return interruptible((signal) => withProgress({ signal }, work));
}

async function withProgress<T>(
  { signal, title }: { readonly signal: AbortSignal; readonly title?: string },
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const progress = progressBar(title);
  try {
    return await work({ signal, progress });
  } finally {
    progress.stop();
  }
}

/** A run that is to leave a record. */
export interface Recording {
  /** The file of the record. Undefined: it is not kept. */
  readonly out: string | undefined;
  readonly signal: AbortSignal;
  /** What the progress bar calls the run. Default: nothing. */
  readonly title?: string;
}

type Events = (session: RecordedSession) => AsyncIterable<RunEvent>;

/**
 * Passes a run's events to the progress bar and returns the last. The record is written to the file `out`, if it is
 * given; until then, `out.unfinished` holds what there is.
 *
 * @throws UsageError, before the run starts, if the file cannot be written
 * @throws HarnessError as the host does; it names `out.unfinished` if that holds a part of the run
 */
export async function recordOf(out: string | undefined, events: Events): Promise<Finished> {
  if (out !== undefined) requireWritable(out);
  return interruptible((signal) => recorded({ out, signal }, events));
}

/** Does what `recordOf` does, under the signal of its caller, who has tried the file. */
export async function recorded({ out, ...session }: Recording, events: Events): Promise<Finished> {
  const unfinished = `${out}.unfinished`;
  let keptMs = performance.now();
  let isKept = false;
  const keep = (body: () => RecordBody) => {
    if (performance.now() - keptMs < KEEP_EVERY_MS) return;
    // Renaming replaces the file at once: a process that is killed while it writes leaves the file before.
    writeFileSync(`${unfinished}.new`, JSON.stringify(seal(body())));
    renameSync(`${unfinished}.new`, unfinished);
    isKept = true;
    keptMs = performance.now();
  };
  const finished = await withProgress(session, async ({ signal, progress }) => {
    for await (const event of events({ signal, progress, keep: out === undefined ? undefined : keep })) {
      progress.show(event);
      if (event.type === 'done') return event;
    }
    throw new Error('the run ended without a record');
  }).catch((error: unknown) => {
    throw isKept ? errorWithPlace(error, unfinished) : error;
  });
  if (out !== undefined) {
    writeFileSync(out, `${JSON.stringify(finished.record, null, 2)}\n`);
    rmSync(unfinished, { force: true });
  }
  return finished;
}

/** Returns the error of a run that broke off, with the file of what was measured. */
function errorWithPlace(error: unknown, unfinished: string): unknown {
  const place = `what was measured is in ${unfinished}`;
  if (error instanceof HarnessError) return new HarnessError(error.code, `${error.message}; ${place}`);
  // A fault of HBMark shows its stack, which belongs to its own message.
  printError(`hbmark: ${place}`);
  return error;
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
    if (kind === 'lost')
      printError(`hbmark: ${shown(detail)}. Run again, with less memory (--memory) or a newer driver`);
  }
}
