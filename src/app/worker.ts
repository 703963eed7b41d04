/**
 * The engine in a worker of its own, so that neither drawing nor a click delays what is being timed. Here the engine
 * meets its host, the browser, and the kernels.
 */

import { expose } from 'comlink';
import { describeAdapter, requestAdapter } from '../../harness/device.ts';
import { HarnessError } from '../../harness/errors.ts';
import type { RunEvent } from '../../harness/events.ts';
import type { Host } from '../../harness/host.ts';
import { PROFILES } from '../../harness/profiles.ts';
import { run } from '../../harness/run.ts';
import { KERNELS } from '../../shaders/registry.ts';
import type { EngineApi, Outcome, RunRequest } from './engine/api.ts';
import { browserInfo } from './engine/browser.ts';
import { obstacle } from './engine/checks.ts';
import { pageErrorFrom } from './errors/page-error.ts';

/** WebGPU in this worker, its environment and its clock. */
function browserHost(): Host {
  return {
    gpu: navigator.gpu,
    info: browserInfo(navigator as Navigator & { userAgentData?: NavigatorUAData }),
    now: () => performance.now(),
    date: () => new Date().toISOString(),
  };
}

/** `work` with a host, if there can be one; whatever it throws, as data. */
async function withHost<T>(work: (host: Host) => Promise<T>): Promise<Outcome<T>> {
  const { isSecureContext, location } = globalThis;
  const error = obstacle({ isSecureContext, hasWebGpu: Boolean(navigator.gpu), origin: location.origin });
  if (error) return { ok: false, error };
  try {
    return { ok: true, value: await work(browserHost()) };
  } catch (thrown) {
    if (!(thrown instanceof HarnessError)) console.error(thrown);
    return { ok: false, error: pageErrorFrom(thrown) };
  }
}

let running: AbortController | undefined;

async function runHere(host: Host, request: RunRequest, onEvent: (event: RunEvent) => unknown): Promise<null> {
  running?.abort();
  running = new AbortController();
  const events = run(host, {
    kernels: KERNELS,
    profile: PROFILES[request.profile],
    seed: request.seed,
    harness: { version: __HBMARK_VERSION__, commit: __HBMARK_COMMIT__ },
    reported: request.reported,
    ...(request.memoryBytes === null ? {} : { memoryBytes: request.memoryBytes }),
    signal: running.signal,
  });
  // Events are sent without waiting, so that the page never slows the run; only the last is waited for.
  let delivered: unknown;
  for await (const event of events) delivered = onEvent(event);
  await delivered;
  return null;
}

const engine: EngineApi = {
  inspect: () => withHost(async (host) => ({ adapter: describeAdapter(await requestAdapter(host)), host: host.info })),
  run: (request, onEvent) => withHost((host) => runHere(host, request, onEvent)),
  cancel: () => running?.abort(),
};

expose(engine);
