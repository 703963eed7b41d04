/** A run in a headless browser: the page itself, driven through its URL parameters, its events passed on. */

import { HARNESS_ERROR_CODES, HarnessError } from '../../harness/errors.ts';
import type { RunEvent, RunReport } from '../../harness/events.ts';
import { launchChromium } from './chromium.ts';
import { startServer } from './commands/serve.ts';

export interface ChromiumRunOptions {
  readonly profile: string;
  readonly seed: number;
  readonly memoryGB: number | undefined;
  readonly gpu: string | undefined;
  readonly adapter: 'swiftshader' | undefined;
  readonly signal: AbortSignal;
}

/** @throws HarnessError as the engine in the page does, and `no-adapter` where the page has no WebGPU at all. */
export async function* runInChromium(options: ChromiumRunOptions): AsyncGenerator<RunEvent> {
  const { adapter, signal } = options;
  const server = await startServer({ port: 0 });
  const browser = await launchChromium({ adapter });
  try {
    const page = await browser.newPage();
    const reports = new Inbox<RunReport>();
    await page.exposeFunction('hbmarkReport', (report: RunReport) => reports.put(report));
    const broke = (message: string) => () => reports.put({ type: 'error', error: { code: 'unexpected', message } });
    page.on('crash', broke('the page crashed: the browser ran out of memory, or its GPU process died'));
    browser.on('disconnected', broke('the browser closed before the run was done'));
    signal.addEventListener('abort', () => page.getByRole('button', { name: 'Cancel' }).click());
    await page.goto(`${server.address}?${pageParams(options)}`);
    for (;;) {
      const report = await reports.take();
      if (report.type === 'error') throw errorOf(report.error);
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

/** What is put in comes out in order, when it is there. */
class Inbox<T> {
  readonly #items: T[] = [];
  #arrived = () => {};

  put(item: T): void {
    this.#items.push(item);
    this.#arrived();
  }

  async take(): Promise<T> {
    for (;;) {
      const item = this.#items.shift();
      if (item !== undefined) return item;
      await new Promise<void>((resolve) => {
        this.#arrived = resolve;
      });
    }
  }
}

function pageParams({ profile, seed, memoryGB, gpu }: ChromiumRunOptions): URLSearchParams {
  return new URLSearchParams({
    profile,
    seed: String(seed),
    ...(memoryGB !== undefined && { memory: String(memoryGB) }),
    ...(gpu !== undefined && { gpu }),
    autorun: '1',
  });
}
