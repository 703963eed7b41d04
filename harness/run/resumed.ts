/**
 * What a run must be to be resumed. Its record may come from anywhere, and what its plan says goes to the GPU: it must be
 * a plan that this version makes (`planned.ts`), and its rounds must be as many as a run can have. All is checked before
 * there is a device.
 */

import type { Case, RecordBody } from '../../results/record/schema.ts';
import type { KernelSet } from '../../shaders/kernel.ts';
import { MAX_PRE_ROLL_MS } from '../clock/pre-roll.ts';
import { HarnessError } from '../errors.ts';
import type { PlannedCase } from '../sampling/plan.ts';
import { demand, NotPlanned, type PlannedBy, plannedCase, requirePlanned, shown } from './planned.ts';

/** A round takes a submission at least, and the longest runs take days: none comes near to this number. */
const MAX_ROUND = 1_000_000;

/** The longest that a run is believed to have taken, in ms: a year. */
const MAX_RUN_MS = 366 * 24 * 3600 * 1000;

/** @throws HarnessError `unusable-options` with the place, the rule and the value met */
export function requireResumable(run: RecordBody, by: PlannedBy): void {
  for (const one of run.plan.cases) plannedFrom(one, by.kernels);
  try {
    requireTimes(run);
    requirePlanned(run, by);
  } catch (error) {
    if (!(error instanceof NotPlanned)) throw error;
    throw new HarnessError('unusable-options', `This run cannot be resumed: ${error.message}.`);
  }
}

/** Returns a case of a resumed run's plan. @throws HarnessError if its kernel is not among those of this session */
export function plannedFrom(one: Case, kernels: KernelSet): PlannedCase {
  const planned = plannedCase(one, kernels);
  if (planned) return planned;
  throw new HarnessError(
    'unusable-options',
    `This run can only be resumed with all of its kernels; ${shown(one.kernel)} was not asked for.`,
  );
}

function requireTimes({ clock, events, measurements, decode = [] }: RecordBody): void {
  demand(
    clock.preRoll === null || clock.preRoll.ms <= MAX_PRE_ROLL_MS,
    'clock.preRoll.ms',
    `must be at most ${MAX_PRE_ROLL_MS}`,
    clock.preRoll?.ms,
  );
  const inTime = (place: string, atMs: number) =>
    demand(atMs <= MAX_RUN_MS, place, `must be at most ${MAX_RUN_MS}`, atMs);
  for (const [i, { atMs }] of events.entries()) inTime(`events[${i}].atMs`, atMs);
  for (const [list, all] of Object.entries({ measurements, decode })) {
    for (const [i, m] of all.entries()) {
      if (m.status !== 'measured') continue;
      const checks = 'checks' in m ? m.checks : [];
      for (const [kind, timed] of Object.entries({ samples: m.samples, discarded: m.discarded, checks })) {
        for (const [j, one] of timed.entries()) {
          const place = `${list}[${i}].${kind}[${j}]`;
          demand(one.round <= MAX_ROUND, `${place}.round`, `must be at most ${MAX_ROUND}`, one.round);
          if ('atMs' in one) inTime(`${place}.atMs`, one.atMs + one.wallMs);
        }
      }
    }
  }
}
