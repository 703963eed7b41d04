/** Runs in this browser: begun, kept while they are measured, resumed, and replayed. */

import { HarnessError } from '../../../../harness/errors.ts';
import type { Host } from '../../../../harness/host.ts';
import { run } from '../../../../harness/run/run.ts';
import { seal } from '../../../../results/record/digest.ts';
import type { RecordBody, RunRecord } from '../../../../results/record/schema.ts';
import type { RunRequest } from '../../../session/requests.ts';
import { runOptions } from '../../../session/run-options.ts';
import type { OnEvent, OnKept } from '../api.ts';
import { inTurn } from '../interruptions/turn.ts';
import { beginSession, deliver } from '../session.ts';
import { growthLog, learnedLimit } from './growth-store.ts';
import { type KeptRun, keepRun, keptRun } from './run-store.ts';
import { winnersOf } from './tunings.ts';
import { hold } from './unkept.ts';

/** A rest is at least this many times as long as keeping the run, which waits meanwhile: under 2 % of its time. */
const REST_PER_KEEP = 50;
/** The minimum rest between two times that a run is kept. */
const MIN_REST_MS = 2000;

interface Running {
  readonly onEvent: OnEvent;
  readonly onKept?: OnKept | undefined;
  /** A run that the page's driver has waited for, in words. */
  readonly otherRun?: string | undefined;
  /** The body of a run of the same request that ended early. */
  readonly resume?: RecordBody;
}

export async function runHere(
  host: Host,
  request: RunRequest,
  running: Running,
  signal = beginSession(),
): Promise<void> {
  await inTurn(signal, running.onEvent, (seen) =>
    measure(host, request, { ...running, otherRun: running.otherRun ?? seen }, signal),
  );
}

async function measure(
  host: Host,
  request: RunRequest,
  { onEvent, onKept, otherRun, resume }: Running,
  signal: AbortSignal,
): Promise<void> {
  let restUntil = performance.now() + MIN_REST_MS;
  const keep = async (body: () => RecordBody) => {
    const began = performance.now();
    if (began < restUntil) return;
    const soFar = body();
    await keepOrHold(request, soFar);
    // It is waited for, so that the page does not make text of it while a case is timed.
    await onKept?.(soFar);
    restUntil = performance.now() + Math.max(MIN_REST_MS, REST_PER_KEEP * (performance.now() - began));
  };
  const growth = { growthLog: growthLog(), learnedLimit: await learnedLimit() };
  const events = run(host, runOptions(request, { ...growth, winnersOf, resume, keep, otherRun, signal }));
  await deliver(events, async (event) => {
    if (event.type === 'done') await keepOrHold(request, bodyOf(event.record));
    return onEvent(event);
  });
}

/** Keeps a run. What storage does not take is held here, so that a person can have it as a file. */
const keepOrHold = async (request: RunRequest, body: RecordBody): Promise<void> =>
  hold(body, await keepRun(request, body));

/** @throws HarnessError if the run is no longer kept */
export async function resume(host: Host, key: string, onEvent: OnEvent): Promise<void> {
  const signal = beginSession();
  const { request, body } = await keptOrThrow(key);
  const { seed, profile, reported } = body;
  await runHere(host, { ...request, seed, challenge: null, profile, reported }, { onEvent, resume: body }, signal);
}

/** Sends the events of a kept run in the order of a live one. @throws HarnessError if the run is no longer kept */
export async function replay(key: string, onEvent: OnEvent): Promise<void> {
  const { body } = await keptOrThrow(key);
  onEvent({ type: 'adapter', adapter: body.adapter, host: body.host });
  onEvent({ type: 'clock', clock: body.clock });
  const { decode = [] } = body;
  onEvent({ type: 'plan', plan: body.plan, decode: decode.map((m) => m.case) });
  for (const [index, measurement] of body.measurements.entries()) onEvent({ type: 'measurement', index, measurement });
  for (const [index, measurement] of decode.entries()) onEvent({ type: 'decode', index, measurement });
  await onEvent({ type: 'done', record: seal(body), spent: [] });
}

async function keptOrThrow(key: string): Promise<KeptRun> {
  const kept = await keptRun(key);
  if (kept) return kept;
  throw new HarnessError('unusable-options', 'This run is no longer kept in this browser. Start a new one.');
}

function bodyOf({ id: _, ...body }: RunRecord): RecordBody {
  return body;
}
