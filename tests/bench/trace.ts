/** What Chromium's own tracing says of a page's main thread. */

import type { Browser, Page } from 'playwright';

/** An event of a trace, as far as it is read. https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU */
interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** In µs: when it began, how long it took, and for how much of that the thread had a core. */
  readonly ts: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** A task of the main thread, in ms. */
export interface Task {
  /** Since the first task of the trace. */
  readonly atMs: number;
  readonly ms: number;
  /** The time for which it had a core: on a busy machine less than `ms`. */
  readonly cpuMs: number;
}

const CATEGORIES = ['disabled-by-default-devtools.timeline'];

/** Traces a page while `work` goes on. Returns the tasks of its main thread, the first first. */
export async function mainThreadTasks(browser: Browser, page: Page, work: () => Promise<unknown>): Promise<Task[]> {
  await browser.startTracing(page, { categories: CATEGORIES });
  await work();
  const trace: { traceEvents: TraceEvent[] } = JSON.parse((await browser.stopTracing()).toString());
  const threads = trace.traceEvents
    .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
    .map(({ pid, tid }) =>
      trace.traceEvents.filter((e) => e.name === 'RunTask' && e.ph === 'X' && e.pid === pid && e.tid === tid),
    );
  // Chromium may keep a spare process for a page to come: the one that works is this page's.
  const [tasks = []] = threads.sort((a, b) => b.length - a.length);
  const began = Math.min(...tasks.slice(0, 100).map(({ ts }) => ts));
  return tasks
    .map(({ ts, dur = 0, tdur = dur }) => ({ atMs: (ts - began) / 1000, ms: dur / 1000, cpuMs: tdur / 1000 }))
    .sort((a, b) => a.atMs - b.atMs);
}
