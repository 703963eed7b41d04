/** The clock of a run, which outlasts its devices: which one is trusted may change on the way. */

import { maxRegionMs } from '../../results/derived/regions.ts';
import type { ClockInfo } from '../../results/record/schema.ts';
import type { Clock } from '../clock/clock.ts';
import type { Journal } from '../journal.ts';
import type { Profile } from '../profiles.ts';
import type { Rig } from '../rig/setup.ts';

/** Returns the clock of the run on a device. */
export function runClock(rig: Rig, journal: Journal): Clock {
  return {
    get kind() {
      return journal.clock?.trusted ?? rig.clock.kind;
    },
    get idleMs() {
      return this.kind === 'queue-drain' ? rig.clockInfo.emptySubmissionMs : 0;
    },
    preRollMs: rig.clock.preRollMs,
    wallQuantumMs: rig.clock.wallQuantumMs,
    time: (units, encode, options) => rig.clock.time(units, encode, options),
    destroy() {},
  };
}

/** The number of regions of a visit. On average they are no longer than half the longest. */
const VISIT_REGIONS = 4;

/** Returns about how long the first visit of a case takes, in ms: regions, pre-rolls, and two waits for each. */
export function firstVisitMs({ regionMs }: Profile, clock: ClockInfo, { preRollMs }: Clock): number {
  return VISIT_REGIONS * (preRollMs + maxRegionMs(regionMs, clock) / 2 + 2 * clock.emptySubmissionMs);
}
