/**
 * What commands that measure have in common: signals that end a session and keep what was measured, progress on stderr,
 * a record at the end.
 */

import { HarnessError, messageOf } from '../../../harness/errors.ts';
import type { RunEvent } from '../../../harness/events.ts';
import { endedEarly } from '../../../results/labels/course.ts';
import { casesOf } from '../../../results/record/cases.ts';
import type { RecordBody, RunRecord } from '../../../results/record/schema.ts';
import { shown } from '../../../results/text/shown.ts';
import { EXIT, type ExitCode, worstOf } from '../errors.ts';
import { JournalFile } from '../files/journal-file.ts';
import { requireWritable } from '../files/out-file.ts';
import { writeElsewhere, writeWhole } from '../files/write-file.ts';
import { onceEnded } from '../signals.ts';
import { printError } from '../text/print.ts';
import { type ProgressBar, progressBar } from './progress.ts';
import { inTurn, withOutFiles } from './turn.ts';

/** The last event of a run: the record, and where the time went. */
type Finished = Extract<RunEvent, { type: 'done' }>;

/** A run that left a record, and what became of its file. */
export interface Recorded extends Pick<Finished, 'record' | 'spent'> {
  /** Why the record is not in the file that was named, and where it is. Undefined: it is there, or no file was named. */
  readonly unwritten: string | undefined;
}

export interface Session {
  readonly signal: AbortSignal;
  readonly progress: ProgressBar;
  /** The run of another process that this session waited for, in words. Undefined: there was none. */
  readonly otherRun?: string | undefined;
}

export interface RecordedSession extends Session {
  /** Keeps the unfinished run in a file; called between visits. Undefined if no file was named. */
  readonly keep: ((body: () => RecordBody) => void) | undefined;
}

/** Does `work` with a signal that is aborted by the first Ctrl-C, SIGTERM or SIGHUP. */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  const stop = onceEnded(() => abort.abort());
  try {
    return await work(abort.signal);
  } finally {
    stop();
  }
}

/** Does `work` with a progress bar on stderr. The first Ctrl-C, SIGTERM or SIGHUP aborts the session's signal. */
export function inSession<T>(work: (session: Session) => Promise<T>): Promise<T> {
  return interruptible((signal) => inTurn(signal, (otherRun) => withProgress({ signal, otherRun }, work)));
}

async function withProgress<T>(
  { title, ...session }: Omit<Session, 'progress'> & Pick<Recording, 'title'>,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const progress = progressBar(title);
  try {
    return await work({ ...session, progress });
  } finally {
    progress.stop();
  }
}

/** A run that is to leave a record. */
export interface Recording extends Omit<Session, 'progress'> {
  /** The file of the record. Undefined: it is not kept. */
  readonly out: string | undefined;
  /** What the progress bar calls the run. Default: nothing. */
  readonly title?: string | undefined;
}

type Events = (session: RecordedSession) => AsyncIterable<RunEvent>;

/**
 * Passes a run's events to the progress bar and returns the last. The record is written to the file `out`, if it is
 * given; until then, `out.unfinished` holds what there is. A file that cannot be written loses nothing else: the run goes
 * on, and its record is returned.
 *
 * @throws UsageError, before the run starts, if the file cannot be written, or another run writes to it
 * @throws HarnessError as the host does; it names `out.unfinished` if that holds a part of the run
 */
export async function recordOf(out: string | undefined, events: Events): Promise<Recorded> {
  if (out !== undefined) requireWritable(out);
  return withOutFiles(out === undefined ? [] : [out], () =>
    interruptible((signal) => inTurn(signal, (otherRun) => recorded({ out, signal, otherRun }, events))),
  );
}

/** Does what `recordOf` does, under the signal of its caller, who has tried the file. */
export async function recorded({ out, ...session }: Recording, events: Events): Promise<Recorded> {
  const journal = out === undefined ? undefined : new JournalFile(out);
  const keep = journal && ((body: () => RecordBody) => journal.keep(body));
  const { record, spent } = await withProgress(session, async (shown) => {
    for await (const event of events({ ...shown, keep })) {
      shown.progress.show(event);
      if (event.type === 'done') return event;
    }
    throw new Error('the run ended without a record');
  }).catch((error: unknown) => {
    throw journal?.isKept ? errorWithPlace(error, journal.path) : error;
  });
  const unwritten = out === undefined ? undefined : writeRecord(out, record);
  if (unwritten === undefined) journal?.remove(record);
  return { record, spent, unwritten };
}

/** Writes a record. Returns why it is not in its file, and where it is; undefined if it is there. */
function writeRecord(out: string, record: RunRecord): string | undefined {
  const text = `${JSON.stringify(record, null, 2)}\n`;
  try {
    writeWhole(out, text);
    return undefined;
  } catch (error) {
    const elsewhere = writeElsewhere(out, text);
    const place = elsewhere === undefined ? 'it could not be kept elsewhere, either' : `it is in ${elsewhere}`;
    return `the record is not in ${out}, which cannot be written (${messageOf(error)}); ${place}`;
  }
}

/** Returns the error of a run that broke off, with the file of what was measured. */
function errorWithPlace(error: unknown, unfinished: string): unknown {
  const place = `what was measured is in ${unfinished}`;
  if (error instanceof HarnessError) return new HarnessError(error.code, `${error.message}; ${place}`);
  // A fault of HBMark shows its stack, which belongs to its own message.
  printError(`hbmark: ${place}`);
  return error;
}

/** Returns the exit code of a run. */
export const exitCodeOfRun = ({ record, unwritten }: Pick<Recorded, 'record' | 'unwritten'>): ExitCode =>
  worstOf([exitCodeOfRecord(record), ...(unwritten === undefined ? [] : [EXIT.unwritten])]);

function exitCodeOfRecord(record: RunRecord): ExitCode {
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

/** Prints a line on stderr for each device that was lost, and for a record that is not in its file. */
export function reportTroubles({ record, unwritten }: Pick<Recorded, 'record' | 'unwritten'>): void {
  if (unwritten !== undefined) printError(`hbmark: ${unwritten}`);
  for (const { kind, detail } of record.events) {
    if (kind === 'lost')
      printError(`hbmark: ${shown(detail)}. Run again, with less memory (--memory) or a newer driver`);
  }
}
