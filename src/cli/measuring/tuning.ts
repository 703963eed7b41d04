/** Tuning for `hbmark tune` and `hbmark bench`: every winner is kept as soon as it is known. */

import type { TuneEvent } from '../../../harness/tuning/events.ts';
import type { Tuned } from '../../../harness/tuning/store.ts';
import type { AdapterInfo, HostInfo } from '../../../results/record/schema.ts';
import { kernelsOf } from '../../session/run-options.ts';
import { type KeptTunings, keepTunings, tuningsPath } from '../hosts/tunings.ts';
import type { Measuring } from '../options.ts';
import { printError } from '../text/print.ts';
import type { Session } from './session.ts';

/** The outcome of tuning, and the file that its winners are in. */
export interface TuneOutcome extends KeptTunings {
  readonly adapter: AdapterInfo;
  readonly host: HostInfo;
  readonly tuned: readonly Tuned[];
  readonly untuned: readonly UntunedProblem[];
  /** What ended tuning before its time, once there were winners. Undefined: nothing did. */
  readonly failure: { readonly error: unknown } | undefined;
}

/** A problem without a winner, and why. */
export type UntunedProblem = Extract<TuneEvent, { type: 'untuned' }>;

/**
 * Tunes the kernels of `params` for `params.tuneSeconds`, and keeps the winners in the terminal's file. A file that
 * cannot be written is said.
 *
 * @throws HarnessError as the host does, if nothing was tuned by then
 */
export async function tuneAndKeep(
  { host, adapter, params }: Measuring,
  { signal, progress }: Session,
): Promise<TuneOutcome> {
  const kernels = kernelsOf(params);
  const tuned: Tuned[] = [];
  const untuned: UntunedProblem[] = [];
  let machine: Pick<TuneOutcome, 'adapter' | 'host'> | undefined;
  let kept: KeptTunings = { store: tuningsPath(), unwritten: undefined };
  let failure: TuneOutcome['failure'];
  try {
    for await (const event of host.tune({ adapter, params, signal })) {
      progress.show(event);
      if (event.type === 'adapter') machine = event;
      if (event.type === 'untuned') untuned.push(event);
      if (event.type === 'tuned' && machine) {
        tuned.push(event.tuned);
        const { store, unwritten } = keepTunings(kernels, machine.adapter, machine.host, [event.tuned]);
        if (unwritten !== undefined) printError(`hbmark: ${unwritten}`);
        // Once they have gone elsewhere, that is their file.
        kept = { store, unwritten: kept.unwritten ?? unwritten };
      }
    }
  } catch (error) {
    // The winners so far are still to be printed.
    if (tuned.length === 0) throw error;
    failure = { error };
  }
  if (!machine) throw new Error('tuning ended without an adapter');
  return { adapter: machine.adapter, host: machine.host, tuned, untuned, ...kept, failure };
}
