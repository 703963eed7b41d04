/** The engine in this process, on a host that is handed in: Dawn in Node, or wgpu in Deno. */

import type { RunEvent } from '../../../harness/events.ts';
import type { Host } from '../../../harness/host.ts';
import { run } from '../../../harness/run/run.ts';
import type { TuneEvent } from '../../../harness/tuning/events.ts';
import { tuneKernels } from '../../../harness/tuning/session.ts';
import { runRequest, tuneRequest } from '../../session/requests.ts';
import { runOptions, tuneOptions } from '../../session/run-options.ts';
import type { RunSessionOptions, SessionOptions } from './host.ts';
import { winnersOf } from './tunings.ts';

/** Runs the engine on `host`; the last event is `done`. */
export function runOn(
  host: Host,
  { params, models, resume, otherRun, keep, signal }: Omit<RunSessionOptions, 'adapter'>,
): AsyncIterable<RunEvent> {
  const request = runRequest(params, params.seed, models);
  // What the owner said of the machine stays with the run, unless --gpu says otherwise now.
  const reported = request.reported.gpu === undefined && resume ? resume.reported : request.reported;
  return run(host, runOptions({ ...request, reported }, { winnersOf, resume, otherRun, keep, signal }));
}

/** Tunes on `host`. */
export function tuneOn(host: Host, { params, signal }: Omit<SessionOptions, 'adapter'>): AsyncIterable<TuneEvent> {
  return tuneKernels(host, tuneOptions(tuneRequest(params, params.seed), { winnersOf, signal }));
}
