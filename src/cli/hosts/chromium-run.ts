/**
 * `--host chromium`: the page itself in a headless browser, driven through its address and the three functions that
 * src/app/driver.ts describes. The browser's profile is new every time, so winners stay in the terminal's file.
 */

import { HARNESS_ERROR_CODES, HarnessError } from '../../../harness/errors.ts';
import { Inbox } from '../../../harness/inbox.ts';
import type { EngineEvent, EngineReport, TuneEvent } from '../../../harness/tuning/events.ts';
import type { AdapterInfo, HostInfo } from '../../../results/schema.ts';
import type { Model } from '../../model/models/model.ts';
import { formatParams, type PageParams } from '../../session/params.ts';
import { launchChromium, MAX_START_MS } from './chromium.ts';
import type { SessionOptions, TerminalHost } from './host.ts';
import { startServer } from './page-server.ts';
import { winnersOf } from './tunings.ts';

export const chromium: TerminalHost = {
  id: 'chromium',
  help: 'the page in a headless browser',
  adapters: ['swiftshader'],
  resumes: false,
  async *run({ params, models, ...session }) {
    // The page would tune before the run if it had a time for it; the terminal tunes in a session of its own.
    const page = { ...params, tuneSeconds: null, autorun: 'run' } as const;
    for await (const event of inPage({ ...session, params: page, models })) {
      if (event.type !== 'tuned' && event.type !== 'untuned') yield event;
    }
  },
  async *tune({ params, ...session }) {
    for await (const event of inPage({ ...session, params: { ...params, autorun: 'tune' }, models: [] })) {
      if (!isOfTuning(event)) throw new Error(`the page was told to tune, and ran: "${event.type}"`);
      yield event;
    }
  },
};

const TUNING_EVENTS: ReadonlySet<string> = new Set([
  'adapter',
  'memory',
  'clock',
  'progress',
  'tuned',
  'untuned',
] satisfies TuneEvent['type'][]);

const isOfTuning = (event: EngineEvent): event is TuneEvent => TUNING_EVENTS.has(event.type);

interface PageSession extends Pick<SessionOptions, 'adapter' | 'signal'> {
  readonly params: PageParams;
  /** Models whose decode steps are timed, handed to the page: it has no path to the terminal's files. */
  readonly models: readonly Model[];
}

/**
 * Opens the page and passes its events on until its session ends.
 *
 * @throws HarnessError as the engine in the page does, and with `no-adapter` if the page has no WebGPU at all
 */
async function* inPage({ params, adapter, models, signal }: PageSession): AsyncGenerator<EngineEvent> {
  const server = await startServer({ port: 0 });
  const browser = await launchChromium({ adapter: adapter === undefined ? undefined : 'swiftshader' });
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(MAX_START_MS);
    const reports = new Inbox<EngineReport>();
    await page.exposeFunction('hbmarkReport', (report: EngineReport) => reports.put(report));
    await page.exposeFunction('hbmarkTunings', (machine: { adapter: AdapterInfo; host: HostInfo }) =>
      winnersOf(machine.adapter, machine.host).map(({ evidence: _, ...winner }) => winner),
    );
    if (models.length > 0) await page.exposeFunction('hbmarkModels', () => models);
    const broke = (message: string) => () => reports.put({ type: 'error', error: { code: 'unexpected', message } });
    page.on('crash', broke('the page crashed: the browser ran out of memory, or its GPU process died'));
    browser.on('disconnected', broke('the browser closed before the run was done'));
    // The click waits for a button that is not there yet, and fails when the page is closed: then all is done.
    const cancel = () =>
      page
        .getByRole('button', { name: 'Cancel' })
        .click()
        .catch(() => {});
    signal.addEventListener('abort', cancel);
    await page.goto(`${server.address}${formatParams(params)}`);
    if (signal.aborted) void cancel();
    for (;;) {
      const report = await reports.take();
      if (report.type === 'error') throw errorOf(report.error);
      if (report.type === 'tune-end') return;
      yield report;
      if (report.type === 'done') return;
    }
  } finally {
    await browser.close();
    await server.close();
  }
}

/** Returns the error that the page reported, with the engine's code if it has one. */
function errorOf({ code, message }: { code: string; message: string }): Error {
  const known = HARNESS_ERROR_CODES.find((c) => c === code);
  if (known) return new HarnessError(known, message);
  return code === 'no-webgpu' ? new HarnessError('no-adapter', message) : new Error(message);
}
