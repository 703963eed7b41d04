/**
 * A session in a headless browser: the page itself, driven through its URL parameters, its events passed on. Winners
 * live here, in the terminal's file: the browser's profile is new every time.
 */

import { HARNESS_ERROR_CODES, HarnessError } from '../../../harness/errors.ts';
import { Inbox } from '../../../harness/inbox.ts';
import type { EngineEvent, EngineReport } from '../../../harness/tuning/events.ts';
import type { AdapterInfo, HostInfo } from '../../../results/schema.ts';
import { KERNELS } from '../../../shaders/registry.ts';
import type { Model } from '../../model/models/model.ts';
import { launchChromium } from './chromium.ts';
import { startServer } from './page-server.ts';
import { readTunings } from './tunings.ts';

/** As src/app/params.ts reads them; what is undefined is left out. */
export type PageParams = Readonly<Record<string, string | number | undefined>>;

export interface ChromiumSession {
  readonly adapter: string | undefined;
  /** Whose decode steps are to be timed. */
  readonly models?: readonly Model[];
  readonly signal: AbortSignal;
}

/** @throws HarnessError as the engine in the page does, and `no-adapter` where the page has no WebGPU at all. */
export async function* inChromium(
  params: PageParams,
  { adapter, models = [], signal }: ChromiumSession,
): AsyncGenerator<EngineEvent> {
  const server = await startServer({ port: 0 });
  const browser = await launchChromium({ adapter: adapter === undefined ? undefined : 'swiftshader' });
  try {
    const page = await browser.newPage();
    const reports = new Inbox<EngineReport>();
    await page.exposeFunction('hbmarkReport', (report: EngineReport) => reports.put(report));
    await page.exposeFunction('hbmarkTunings', (machine: { adapter: AdapterInfo; host: HostInfo }) =>
      readTunings(KERNELS.measured, machine.adapter, machine.host).map(({ evidence: _, ...winner }) => winner),
    );
    if (models.length > 0) await page.exposeFunction('hbmarkModels', () => models);
    const broke = (message: string) => () => reports.put({ type: 'error', error: { code: 'unexpected', message } });
    page.on('crash', broke('the page crashed: the browser ran out of memory, or its GPU process died'));
    browser.on('disconnected', broke('the browser closed before the run was done'));
    // Where there is no such button yet, the click waits for it; where there is none any more, all is done.
    const cancel = () =>
      page
        .getByRole('button', { name: 'Cancel' })
        .click()
        .catch(() => {});
    signal.addEventListener('abort', cancel);
    await page.goto(`${server.address}?${queryOf(params)}`);
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

function errorOf({ code, message }: { code: string; message: string }): Error {
  const known = HARNESS_ERROR_CODES.find((c) => c === code);
  if (known) return new HarnessError(known, message);
  return code === 'no-webgpu' ? new HarnessError('no-adapter', message) : new Error(message);
}

const queryOf = (params: PageParams): URLSearchParams =>
  new URLSearchParams(
    Object.entries(params).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]])),
  );
