/**
 * Decides which clock a run trusts, and what it takes to time a region by it. Timestamps are finer, but the
 * specification lets them go back (https://gpuweb.github.io/gpuweb/#timestamp), and Safari has reported 1 ms for 70 ms
 * of work. So they are trusted only if their slope over region lengths agrees with the wall clock's.
 *
 * The wall clock itself is only as fine as the host's knowledge that work is done: an engine that looks every 100 ms
 * tells nothing of regions of 60 ms. So the granularity of completion is measured first, and regions that are compared
 * with the wall clock are many times longer.
 */

import { max, median } from 'simple-statistics';
import type { ClockInfo, Reading } from '../../results/record/schema.ts';
import type { Gpu } from '../device/device.ts';
import type { Host } from '../host.ts';
import { type Clock, growth, preRollUnits, timeRegion, type Workload } from './clock.ts';
import { judge } from './judge.ts';
import { choosePreRoll, DEFAULT_PRE_ROLL_MS } from './pre-roll.ts';
import { completionStepMs, timestampQuantumNs, wallQuantumMs } from './quanta.ts';
import { queueDrainClock } from './queue-drain.ts';
import { timestampClock } from './timestamp-query.ts';

/** The longest region of the check, in ms: far above any clock's quantum, below the 100 ms of a submission. */
const CHECK_MS = 60;

/**
 * The longest region of the check takes at least this many steps of completion and of the wall clock. The difference
 * between it and one a quarter as long is then known to 7 %, well within the tolerance.
 */
const STEPS_PER_CHECK = 20;

/** The region lengths of the check, as shares of the longest. */
const LENGTHS = [1 / 4, 1 / 2, 1];

/** The number of readings of each length: one of them is likely to be undisturbed. */
const REPETITIONS = 5;

/** The same where regions are long because completion is coarse: the check would take long otherwise. */
const [COARSE_LENGTHS, COARSE_REPETITIONS] = [[1 / 4, 1], 2];

export interface CheckOptions {
  /** The workload to time. A unit should take at least MIN_PROBE_MS. */
  readonly probe: Workload;
  /** The wall times of submissions without work, in ms. */
  readonly empties: readonly number[];
  /** The length of the longest region that will be timed, in ms. */
  readonly regionMs: number;
  /** What a resumed run knows of the clocks. Timestamps that it did not trust are not trusted now. */
  readonly before?: ClockInfo | undefined;
  /** The pre-roll in ms, instead of one that is found by trying. */
  readonly preRollMs?: number | undefined;
}

/**
 * The minimum time of a dispatch of the probe, in ms. Recording a dispatch takes the host up to 2 µs, which the wall
 * time of a region includes where the GPU waits for it.
 */
export const MIN_PROBE_MS = 0.15;

/** Times the probe by both clocks, and says which one is trusted and why. */
export async function chooseClock(
  host: Host,
  gpu: Gpu,
  options: CheckOptions,
): Promise<{ clock: Clock; info: ClockInfo }> {
  const { probe, regionMs, before, empties } = options;
  const emptySubmissionMs = median([...empties]);
  const wall = queueDrainClock(host, gpu, emptySubmissionMs);
  if (before?.trusted === 'queue-drain') return { clock: asFound(wall, before), info: before };
  const stamps = gpu.features.has('timestamp-query') ? timestampClock(host, gpu) : undefined;
  const unitMs = await cautiousLookMs(stamps ?? wall, probe, max([...empties]));
  const completionMs = await completionStepMs(wall, probe, unitMs, empties);
  const quantumMs = wallQuantumMs(host);
  // A browser that resists fingerprinting has a wall clock of 16.7 ms, whenever the host learns of an end.
  const stepMs = Math.max(completionMs, quantumMs);
  const checkMs = Math.max(CHECK_MS, STEPS_PER_CHECK * stepMs);
  const isCoarse = checkMs > CHECK_MS;
  // A pre-roll hides the recording of short dispatches. Beside long ones it would only add its noise to the wall time.
  const preRollMs = unitMs < MIN_PROBE_MS ? (options.preRollMs ?? DEFAULT_PRE_ROLL_MS) : 0;
  const readings = await timeLengths({ clock: stamps ?? wall, probe, unitMs, checkMs, isCoarse, preRollMs });
  const judged = stamps ? judge(readings) : { trusted: 'queue-drain' as const, agreement: null, reason: NO_TIMESTAMPS };
  const clock = stamps && judged.trusted === 'timestamp-query' ? stamps : wall;
  // Regions that are shorter than a step of completion tell nothing of what happens in them.
  const isTooCoarse = clock === wall && STEPS_PER_CHECK * stepMs > regionMs;
  const info: ClockInfo = {
    ...judged,
    ...{ wallQuantumMs: quantumMs, emptySubmissionMs, completionMs },
    preRoll:
      options.preRollMs !== undefined || isTooCoarse
        ? { ms: options.preRollMs ?? DEFAULT_PRE_ROLL_MS, tried: [] }
        : await choosePreRoll({ clock, probe, unitMs, regionMs, emptySubmissionMs }),
    timestampQuantumNs: stamps ? await timestampQuantumNs(stamps, probe, emptySubmissionMs) : null,
    readings,
  };
  if (clock === wall) stamps?.destroy();
  const known = clock === stamps && before ? before : info;
  return { clock: asFound(clock, known), info: known };
}

const NO_TIMESTAMPS =
  'The adapter has no timestamp queries: timed by the wall clock, as the slope over region lengths.';

/** Returns the clock with the pre-roll and the quantum that were found for it. Records of version 1 know of none. */
const asFound = (clock: Clock, { preRoll, wallQuantumMs }: ClockInfo): Clock => ({
  ...clock,
  wallQuantumMs,
  preRollMs: preRoll?.ms ?? DEFAULT_PRE_ROLL_MS,
});

/**
 * Returns about how long a unit takes, in ms, while no clock is trusted yet: the longer of what the timestamps say, and
 * of what the wall clock says beyond the time of an empty submission. So neither a coarse wall clock nor timestamps
 * that run too slowly make a region too long for a submission.
 */
async function cautiousLookMs(clock: Clock, probe: Workload, emptyMs: number): Promise<number> {
  await clock.time(1, probe.encode(1));
  const enoughMs = CHECK_MS / 4;
  for (let units = 1; ; ) {
    const readings = [await clock.time(units, probe.encode(units)), await clock.time(units, probe.encode(units))];
    const ms = Math.min(...readings.map(({ gpuMs, wallMs }) => Math.max(gpuMs ?? 0, wallMs - emptyMs)));
    if (ms >= enoughMs || units >= probe.maxUnits) return Math.max(ms, MIN_LOOK_MS) / units;
    units = Math.min(probe.maxUnits, units * growth(Math.max(ms, MIN_LOOK_MS), enoughMs));
  }
}

/** The shortest time of all units together, in ms, if they are lost in the cost of asking. */
const MIN_LOOK_MS = 0.1;

interface LengthsOptions {
  readonly clock: Clock;
  readonly probe: Workload;
  readonly unitMs: number;
  /** The length of the longest region, in ms. */
  readonly checkMs: number;
  readonly isCoarse: boolean;
  readonly preRollMs: number;
}

/** Times regions of several lengths several times. */
async function timeLengths(options: LengthsOptions): Promise<Reading[]> {
  const { clock, probe, unitMs, checkMs, isCoarse, preRollMs } = options;
  const longest = Math.min(probe.maxUnits, Math.max(4, Math.round(checkMs / unitMs)));
  const before = preRollUnits(preRollMs, unitMs, probe);
  const readings: Reading[] = [];
  for (let i = 0; i < (isCoarse ? COARSE_REPETITIONS : REPETITIONS); i++) {
    for (const share of isCoarse ? COARSE_LENGTHS : LENGTHS) {
      const units = Math.ceil(share * longest);
      readings.push(await timeRegion({ clock, workload: probe, units, unitMs, preRollUnits: before }));
    }
  }
  return readings;
}
