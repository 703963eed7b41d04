/** The engine's one session at a time (a run, or tuning), and the host that it runs on: this browser. */

import { describeAdapter, requestAdapter } from '../../../harness/device/device.ts';
import { HarnessError } from '../../../harness/errors.ts';
import type { Host } from '../../../harness/host.ts';
import type { EngineEvent } from '../../../harness/tuning/events.ts';
import { pageErrorFrom } from '../shell/errors/page-error.ts';
import type { Inspection, Outcome, PageFacts } from './api.ts';
import { browserInfo } from './browser.ts';
import { obstacle } from './checks.ts';
import { PageVisibility } from './interruptions/page-visibility.ts';
import { pauseHere } from './interruptions/pause.ts';
import { webglRenderer } from './webgl.ts';

export const visibility = new PageVisibility();

let facts: PageFacts = { maxTouchPoints: 0, leftAt: null, collector: null };

/** What the page has said of itself. */
export const page = (): PageFacts => facts;

export function setPage(said: PageFacts): void {
  facts = said;
}

/** Bytes in a unit of `navigator.deviceMemory`. */
const GIB = 2 ** 30;

/** This worker's WebGPU, environment and clock, and the GPU's name. */
function browserHost(): Host {
  // Firefox and Safari have neither.
  const known: Navigator & { userAgentData?: NavigatorUAData; deviceMemory?: number } = navigator;
  const { userAgent, platform, userAgentData, deviceMemory } = known;
  return {
    gpu: navigator.gpu,
    info: browserInfo({ userAgent, platform, userAgentData, maxTouchPoints: facts.maxTouchPoints }),
    systemMemoryBytes: deviceMemory === undefined ? undefined : deviceMemory * GIB,
    renderer: webglRenderer(),
    now: () => performance.now(),
    date: () => new Date().toISOString(),
    pause: pauseHere(),
    visibility,
  };
}

/** The outcome of `work` on this browser, or the obstacle that keeps the browser from measuring. */
export async function withHost<T>(work: (host: Host) => Promise<T>): Promise<Outcome<T>> {
  const { isSecureContext, location } = globalThis;
  const error = obstacle({ isSecureContext, hasWebGpu: Boolean(navigator.gpu), origin: location.origin });
  if (error) return { ok: false, error };
  return outcomeOf(() => work(browserHost()));
}

/** What `work` returns, or what it throws, as data. */
export async function outcomeOf<T>(work: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (thrown) {
    if (!(thrown instanceof HarnessError)) console.error(thrown);
    return { ok: false, error: pageErrorFrom(thrown) };
  }
}

export const inspect = async (host: Host): Promise<Inspection> => ({
  adapter: describeAdapter(host, await requestAdapter(host)),
  host: host.info,
});

let running: AbortController | undefined;

/**
 * Begins a session, in place of one that is still in progress. Returns the signal that cancels it. Whoever begins one does
 * so before waiting for anything: until then, a person who cancels is not heard.
 */
export function beginSession(): AbortSignal {
  running?.abort();
  running = new AbortController();
  return running.signal;
}

/** Cancels the session in progress, also while it is paused. */
export function cancelSession(): void {
  running?.abort();
  visibility.wake();
}

/**
 * Sends events without waiting, so that the page never slows the engine. Ends once the last one has arrived, also where
 * the session fails: its outcome crosses on a port of its own, and would overtake them.
 */
export async function deliver(events: AsyncIterable<EngineEvent>, onEvent: (event: EngineEvent) => unknown) {
  let last: unknown;
  try {
    for await (const event of events) last = onEvent(event);
  } finally {
    await last;
  }
}
