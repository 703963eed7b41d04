/**
 * Finds how long a pre-roll must be. Regions of several lengths are timed after it. If the two shorter ones and the two
 * longer ones give the same time per dispatch, whatever the GPU does after a gap is over by the time a region begins.
 * Otherwise a longer pre-roll is tried.
 */

import { regionHalves } from '../../results/derived/halves.ts';
import type { PreRoll, Sample } from '../../results/record/schema.ts';
import { affordable, type Clock, preRollUnits, timeRegion, type Workload } from './clock.ts';

/**
 * The pre-rolls to try, in ms, the shortest first. GPU clocks take 5 – 50 ms to rise after a gap, and a region of many
 * dispatches takes up to 30 ms to be recorded.
 */
const LENGTHS_MS = [20, 40, 80];

/** The pre-roll of a run that has not tried any, in ms. */
export const DEFAULT_PRE_ROLL_MS = LENGTHS_MS[0] as number;

/** The longest pre-roll that a run chooses, in ms. */
export const MAX_PRE_ROLL_MS = LENGTHS_MS.at(-1) as number;

/** The number of times that regions of each length are timed with a pre-roll, and its minimum. */
const [ROUNDS, MIN_ROUNDS] = [3, 1];

/** The regions, as shares of the longest. */
const SHARES = [1 / 8, 1 / 4, 1 / 2, 1];

/** The halves of the regions agree if their times per dispatch differ by no more than this share. */
const AGREE_WITHIN = 0.05;

export interface PreRollOptions {
  readonly clock: Clock;
  readonly probe: Workload;
  /** About how long a unit of the probe takes, in ms. */
  readonly unitMs: number;
  /** The length of the longest region, in ms. */
  readonly regionMs: number;
  /** The time of a submission without work, in ms. A region takes two waits as long as that. */
  readonly emptySubmissionMs: number;
}

/** Tries pre-rolls until one suffices. If none does, the longest is chosen, and labels tell what remains. */
export async function choosePreRoll(options: PreRollOptions): Promise<PreRoll> {
  const { clock, probe, unitMs, regionMs, emptySubmissionMs } = options;
  const rounds = affordable(ROUNDS, MIN_ROUNDS, SHARES.length * 2 * emptySubmissionMs);
  const tried: PreRoll['tried'] = [];
  for (const ms of LENGTHS_MS) {
    const samples: Sample[] = [];
    for (let round = 0; round < rounds; round++) {
      for (const share of SHARES) {
        const units = Math.min(probe.maxUnits, Math.max(1, Math.round((share * regionMs) / unitMs)));
        const before = preRollUnits(ms, unitMs, probe);
        const reading = await timeRegion({ clock, workload: probe, units, unitMs, preRollUnits: before });
        samples.push({ ...reading, round, atMs: 0 });
      }
    }
    const halves = regionHalves(samples, clock.kind);
    if (!halves) return { ms, tried };
    const { short, long, ratio } = halves;
    tried.push({ ms, shortMs: short, longMs: long });
    const [low, high] = ratio.ci95 ?? [ratio.value, ratio.value];
    if (low <= 1 + AGREE_WITHIN && high >= 1 - AGREE_WITHIN) return { ms, tried };
  }
  return { ms: LENGTHS_MS.at(-1) as number, tried };
}
