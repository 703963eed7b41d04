/** Tuning for `hbmark tune` and `hbmark bench`: every winner is kept as soon as it is known. */

import type { TuneEvent } from '../../../harness/tuning/events.ts';
import type { Tuned } from '../../../harness/tuning/store.ts';
import type { AdapterInfo, HostInfo } from '../../../results/schema.ts';
import { kernelsOf } from '../../session/run-options.ts';
import { keepTunings } from '../hosts/tunings.ts';
import type { Measuring } from '../options.ts';
import type { Session } from './session.ts';

/** The outcome of tuning. */
export interface TuneOutcome {
  readonly adapter: AdapterInfo;
  readonly host: HostInfo;
  readonly tuned: readonly Tuned[];
  readonly untuned: readonly UntunedProblem[];
}

/** A problem without a winner, and why. */
export type UntunedProblem = Extract<TuneEvent, { type: 'untuned' }>;

/** Tunes the kernels of `params` for `params.tuneSeconds`, and keeps the winners in the terminal's file. */
export async function tuneAndKeep(
  { host, adapter, params }: Measuring,
  { signal, progress }: Session,
): Promise<TuneOutcome> {
  const kernels = kernelsOf(params);
  const tuned: Tuned[] = [];
  const untuned: UntunedProblem[] = [];
  let machine: Pick<TuneOutcome, 'adapter' | 'host'> | undefined;
  for await (const event of host.tune({ adapter, params, signal })) {
    progress.show(event);
    if (event.type === 'adapter') machine = event;
    if (event.type === 'untuned') untuned.push(event);
    if (event.type === 'tuned' && machine) {
      tuned.push(event.tuned);
      keepTunings(kernels, machine.adapter, machine.host, [event.tuned]);
    }
  }
  if (!machine) throw new Error('tuning ended without an adapter');
  return { adapter: machine.adapter, host: machine.host, tuned, untuned };
}
