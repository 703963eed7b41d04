/**
 * The page itself in a headless browser, driven through its address and the functions that src/app/pages/bench/driver.ts describes.
 * The browser's profile is new every time, so winners stay in the terminal's file.
 */

import { Inbox } from '../../../../harness/inbox.ts';
import type { EngineEvent, EngineReport, TuneEvent } from '../../../../harness/tuning/events.ts';
import type { AdapterInfo, HostInfo, RecordBody } from '../../../../results/record/schema.ts';
import type { Model } from '../../../model/models/model.ts';
import { formatParams, type PageParams } from '../../../session/params.ts';
import type { RunSessionOptions, SessionOptions, TerminalHost } from '../host.ts';
import { errorOf } from '../reported-error.ts';
import { winnersOf } from '../tunings.ts';
import { startServer } from './page-server.ts';

/** A headless browser with one empty page, through whichever library drives it. */
export interface PageBrowser {
  /** Gives the page a function of this name. Calls of all functions are answered in the order in which they come. */
  expose<T>(name: string, answer: (argument: T) => unknown): Promise<unknown>;
  open(address: string): Promise<unknown>;
  /** Clicks a button once it is there. Rejects if the page is closed before. */
  click(button: string): Promise<unknown>;
  /** Calls `tell` if the page or the browser ends by itself. */
  onBroken(tell: (why: string) => void): void;
  close(): Promise<void>;
}

export interface PageHostOptions extends Pick<TerminalHost, 'id' | 'help'> {
  readonly adapters: readonly string[];
  /** Starts the browser on this adapter. @throws HarnessError, with what to install, if there is none */
  start(options: Pick<SessionOptions, 'adapter' | 'signal'>): Promise<PageBrowser>;
}

/** Returns the host that runs the page in this browser. */
export function pageHost({ start, ...names }: PageHostOptions): TerminalHost {
  return {
    ...names,
    resumes: false,
    async *run({ params, models, ...session }) {
      // The page would tune before the run if it had a time for it; the terminal tunes in a session of its own.
      const page = { ...params, tuneSeconds: null, autorun: 'run' } as const;
      for await (const event of inPage(start, { ...session, params: page, models })) {
        if (event.type !== 'tuned' && event.type !== 'untuned') yield event;
      }
    },
    async *tune({ params, ...session }) {
      const page = { ...params, autorun: 'tune' } as const;
      for await (const event of inPage(start, { ...session, params: page, models: [] })) {
        if (!isOfTuning(event)) throw new Error(`the page was told to tune, and ran: "${event.type}"`);
        yield event;
      }
    },
  };
}

const TUNING_EVENTS: ReadonlySet<string> = new Set([
  'adapter',
  'memory',
  'clock',
  'progress',
  'tuned',
  'untuned',
] satisfies TuneEvent['type'][]);

const isOfTuning = (event: EngineEvent): event is TuneEvent => TUNING_EVENTS.has(event.type);

interface PageSession extends Pick<RunSessionOptions, 'adapter' | 'signal' | 'keep' | 'otherRun'> {
  readonly params: PageParams;
  /** Models whose decode steps are timed, handed to the page: it has no path to the terminal's files. */
  readonly models: readonly Model[];
}

/** Serves the page, starts the browser, and passes the page's events on until its session ends. */
async function* inPage(start: PageHostOptions['start'], session: PageSession): AsyncGenerator<EngineEvent> {
  const server = await startServer({ port: 0 });
  try {
    const browser = await start(session);
    try {
      yield* drive(browser, server.address, session);
    } finally {
      await browser.close();
    }
  } finally {
    await server.close();
  }
}

/**
 * Opens the page at `address`, and passes its events on until its session ends.
 *
 * @throws HarnessError as the engine in the page does, with `no-adapter` if the page has no WebGPU at all, and with
 *   `device-lost` if the browser ends by itself
 */
export async function* drive(
  browser: PageBrowser,
  address: string,
  { params, models, signal, keep, otherRun }: Omit<PageSession, 'adapter'>,
): AsyncGenerator<EngineEvent> {
  const reports = new Inbox<EngineReport>();
  await browser.expose('hbmarkReport', (report: EngineReport) => reports.put(report));
  await browser.expose('hbmarkTunings', (machine: { adapter: AdapterInfo; host: HostInfo }) =>
    winnersOf(machine.adapter, machine.host).map(({ evidence: _, ...winner }) => winner),
  );
  if (keep) await browser.expose('hbmarkKeep', (body: RecordBody) => keep(() => body));
  if (models.length > 0) await browser.expose('hbmarkModels', () => models);
  if (otherRun !== undefined) await browser.expose('hbmarkOtherRun', () => otherRun);
  browser.onBroken((message) => reports.put({ type: 'error', error: { code: 'device-lost', message } }));
  // The click waits for a button that is not there yet, and fails when the page is closed: then all is done.
  const cancel = () => browser.click('Cancel').catch(() => {});
  signal.addEventListener('abort', cancel);
  await browser.open(`${address}${formatParams(params)}`);
  if (signal.aborted) void cancel();
  for (;;) {
    const report = await reports.take();
    if (report.type === 'error') throw errorOf(report.error);
    if (report.type === 'tune-end') return;
    yield report;
    if (report.type === 'done') return;
  }
}
