/**
 * The engine in a worker of its own, so that neither drawing nor a click delays what is being timed. Here the engine
 * meets its host, the browser, and the kernels.
 */

import { expose } from 'comlink';
import { z } from 'zod';
import { describeAdapter, requestAdapter } from '../../../harness/device/device.ts';
import { HarnessError } from '../../../harness/errors.ts';
import type { Host } from '../../../harness/host.ts';
import { PROFILES } from '../../../harness/profiles.ts';
import { run } from '../../../harness/run/run.ts';
import type { EngineEvent, TuneEvent } from '../../../harness/tuning/events.ts';
import { coverageOf, tuneKernels } from '../../../harness/tuning/session.ts';
import { standing, winnerSchema, withTuned } from '../../../harness/tuning/store.ts';
import { machineDigest, type Winner } from '../../../harness/tuning/winners.ts';
import { seal } from '../../../results/digest.ts';
import type { AdapterInfo, HostInfo, RecordBody, RunRecord } from '../../../results/schema.ts';
import type { Kernel } from '../../../shaders/kernel.ts';
import { KERNELS } from '../../../shaders/registry.ts';
import { modelSchema } from '../../model/request/request.ts';
import { kernelsOf, type RunRequest, runOptions, type TuneRequest, tuneOptions } from '../../session/run-options.ts';
import { pageErrorFrom } from '../errors/page-error.ts';
import type { EngineApi, Inspection, OnEvent, Outcome, TuningsKnown } from './api.ts';
import { browserInfo } from './browser.ts';
import { obstacle } from './checks.ts';
import { forgetRun, type KeptRun, keepRun, keptRun, keptRuns } from './run-store.ts';
import { forgetMachine, readMachine, writeMachine } from './tuning-store.ts';
import { PageVisibility } from './visibility.ts';

// The Content-Security-Policy allows no code from strings, which zod would try.
z.config({ jitless: true });

const visibility = new PageVisibility();

/** WebGPU in this worker, its environment and its clock. */
function browserHost(): Host {
  return {
    gpu: navigator.gpu,
    info: browserInfo(navigator as Navigator & { userAgentData?: NavigatorUAData }),
    now: () => performance.now(),
    date: () => new Date().toISOString(),
    visibility,
  };
}

/** `work` with a host, if there can be one. */
async function withHost<T>(work: (host: Host) => Promise<T>): Promise<Outcome<T>> {
  const { isSecureContext, location } = globalThis;
  const error = obstacle({ isSecureContext, hasWebGpu: Boolean(navigator.gpu), origin: location.origin });
  if (error) return { ok: false, error };
  return outcomeOf(() => work(browserHost()));
}

/** What `work` gives; whatever it throws, as data. */
async function outcomeOf<T>(work: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (thrown) {
    if (!(thrown instanceof HarnessError)) console.error(thrown);
    return { ok: false, error: pageErrorFrom(thrown) };
  }
}

/** The session in progress. */
let running: AbortController | undefined;

/** Winners that were given from outside; else those that the browser keeps count. */
let given: readonly Winner[] | undefined;

const machineOf = async (host: Host) => ({
  adapter: describeAdapter(host, await requestAdapter(host)),
  host: host.info,
});

const winnersOf = async (adapter: AdapterInfo, host: HostInfo): Promise<readonly Winner[]> =>
  given ?? standing(await readMachine(machineDigest(adapter, host)), KERNELS.measured);

async function known(host: Host): Promise<TuningsKnown> {
  const machine = await machineOf(host);
  const winners = await winnersOf(machine.adapter, machine.host);
  const kept = given ? undefined : await readMachine(machineDigest(machine.adapter, machine.host));
  return {
    ...coverageOf(winners, KERNELS.measured, machine.adapter, PROFILES.kernels),
    latest:
      kept?.winners
        .map(({ at }) => at)
        .sort()
        .at(-1) ?? null,
  };
}

function begin(): AbortSignal {
  running?.abort();
  running = new AbortController();
  return running.signal;
}

/** Of the time since a run was last kept, keeping it again may take one part in so many, … */
const KEEPING_SHARE = 50;
/** … and it is kept no more often than this. */
const KEEP_EVERY_MS = 2000;

async function runHere(host: Host, request: RunRequest, onEvent: OnEvent, resume?: RecordBody): Promise<null> {
  let restUntil = performance.now() + KEEP_EVERY_MS;
  const keep = async (body: () => RecordBody) => {
    const began = performance.now();
    if (began < restUntil) return;
    await keepRun(request, body());
    restUntil = performance.now() + Math.max(KEEP_EVERY_MS, KEEPING_SHARE * (performance.now() - began));
  };
  const events = run(host, runOptions(request, { winnersOf, resume, keep, signal: begin() }));
  return delivered(events, async (event) => {
    if (event.type === 'done') await keepRun(request, bodyOf(event.record));
    return onEvent(event);
  });
}

async function resumeHere(host: Host, key: string, onEvent: OnEvent): Promise<null> {
  const { request, body } = await keptOrGone(key);
  const { seed, profile, reported } = body;
  return runHere(host, { ...request, seed, profile, reported }, onEvent, body);
}

async function showHere(key: string, onEvent: OnEvent): Promise<null> {
  const { body } = await keptOrGone(key);
  onEvent({ type: 'adapter', adapter: body.adapter, host: body.host });
  onEvent({ type: 'clock', clock: body.clock });
  const { decode = [] } = body;
  onEvent({ type: 'plan', plan: body.plan, decode: decode.map((m) => m.case) });
  for (const [index, measurement] of body.measurements.entries()) onEvent({ type: 'measurement', index, measurement });
  for (const [index, measurement] of decode.entries()) onEvent({ type: 'decode', index, measurement });
  await onEvent({ type: 'done', record: seal(body), spent: [] });
  return null;
}

/** @throws HarnessError for a run that is not kept. */
async function keptOrGone(key: string): Promise<KeptRun> {
  const kept = await keptRun(key);
  if (kept) return kept;
  throw new HarnessError('unusable-options', 'This run is no longer kept in this browser. Start a new one.');
}

function bodyOf({ id: _, ...body }: RunRecord): RecordBody {
  return body;
}

async function tuneHere(host: Host, request: TuneRequest, onEvent: OnEvent): Promise<null> {
  const machine = await machineOf(host);
  const events = tuneKernels(host, tuneOptions(request, { winnersOf, signal: begin() }));
  return delivered(keeping(events, machine, kernelsOf(request)), onEvent);
}

/** Keeps every winner as soon as it is known. */
async function* keeping(events: AsyncIterable<TuneEvent>, machine: Inspection, kernels: readonly Kernel[]) {
  const key = machineDigest(machine.adapter, machine.host);
  for await (const event of events) {
    if (event.type === 'tuned') {
      const addition = { ...machine, kernels, tuned: [event.tuned], at: new Date().toISOString() };
      await writeMachine(key, withTuned(await readMachine(key), addition));
      given &&= [event.tuned, ...given];
    }
    yield event;
  }
}

/** Events are sent without waiting, so that the page never slows the engine; only the last is waited for. */
async function delivered(events: AsyncIterable<EngineEvent>, onEvent: (event: EngineEvent) => unknown): Promise<null> {
  let last: unknown;
  for await (const event of events) last = onEvent(event);
  await last;
  return null;
}

const engine: EngineApi = {
  inspect: () => withHost(machineOf),
  give: (winners) =>
    withHost(async () => {
      given = z.array(winnerSchema).parse(winners);
      return null;
    }),
  models: (models) => outcomeOf(async () => z.array(modelSchema).parse(models)),
  known: () => withHost(known),
  forget: () =>
    withHost(async (host) => {
      const machine = await machineOf(host);
      await forgetMachine(machineDigest(machine.adapter, machine.host));
      return null;
    }),
  run: (request, onEvent) => withHost((host) => runHere(host, request, onEvent)),
  tune: (request, onEvent) => withHost((host) => tuneHere(host, request, onEvent)),
  cancel() {
    running?.abort();
    visibility.wake();
  },
  setHidden: (hidden) => visibility.set(hidden),
  runs: () => outcomeOf(keptRuns),
  resume: (key, onEvent) => withHost((host) => resumeHere(host, key, onEvent)),
  show: (key, onEvent) => outcomeOf(() => showHere(key, onEvent)),
  forgetRun: (key) =>
    outcomeOf(async () => {
      await forgetRun(key);
      return null;
    }),
};

expose(engine);
