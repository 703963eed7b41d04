/** The progress of a run, as a share of the whole and the time left. */

import type { Phase, RunEvent } from '../events.ts';
import type { Journal } from '../journal.ts';
import type { Profile } from '../profiles.ts';
import type { Stopwatch } from '../rig/stopwatch.ts';
import { endMs } from './end.ts';

/** The share of the run at which each phase of the set-up begins. It moves the progress bar only. */
const SETUP_START: Readonly<Partial<Record<Phase, number>>> = { fill: 0, clock: 0.04, 'warm-up': 0.08 };
/** The share of the run that the set-up takes. It moves the progress bar only. */
const SETUP_SHARE = 0.1;

/** About how long the set-up takes, in ms. */
export const SETUP_MS = 3000;

/**
 * Makes a progress event. `done`, 0 … 1, is the share of the cases' time that is spent. `soon` is the same share if the
 * cases that are open now end as soon as their rules let them. Default: as `done`.
 */
export type Progress = (phase: Phase, detail: string, done?: number, soon?: number) => RunEvent;

/**
 * Returns a maker of progress events. The set-up is a fixed share of the bar, and the cases are the rest. The bar never
 * goes back.
 */
export function progressOf(
  journal: Journal,
  stopwatch: Stopwatch,
  options: { readonly profile: Profile; readonly budgetMs?: number | undefined },
): Progress {
  const { profile, budgetMs } = options;
  let shown = 0;
  /** The time spent when the cases began, in ms. */
  let casesMs = 0;
  return (phase, detail, done = 0, soon = done) => {
    stopwatch.begin(phase);
    const spentMs = journal.spentMs();
    if (done === 0) casesMs = spentMs;
    if (phase !== 'paused')
      shown = Math.max(shown, SETUP_START[phase] ?? SETUP_SHARE + ((done + soon) / 2) * (1 - SETUP_SHARE));
    // Steps that a person asked for come on top of the profile's time.
    const asked = journal.steps.some((step) => !step.case.experiment);
    const untilEndMs = asked && budgetMs === undefined ? Number.POSITIVE_INFINITY : endMs(options, journal) - spentMs;
    const planned = (1 - done) * profile.measureMs;
    /** The time left at the pace so far, if this share is done in this time. */
    const atPace = (share: number, ms = spentMs - casesMs): number => ((1 - share) * ms) / share;
    // A kernel is compiled and verified once, mostly early: the rest may be rounds alone.
    const verifyMs = stopwatch.spent().find((one) => one.phase === 'verify')?.wallMs ?? 0;
    const left =
      done > 0
        ? // In the time that the profile plans for, or at the pace so far: slow cases take more of it, steady ones less.
          [planned, atPace(done), atPace(soon), atPace(soon, spentMs - casesMs - verifyMs)]
        : // Nothing has shown yet how slow this machine is.
          [planned + SETUP_MS, Number.isFinite(untilEndMs) ? untilEndMs : planned + SETUP_MS];
    const bounded = left.map((ms) => Math.max(0, Math.min(ms, untilEndMs)));
    const leftMs = [Math.min(...bounded), Math.max(...bounded)] as const;
    return { type: 'progress', phase, fraction: shown, leftMs, detail };
  };
}
