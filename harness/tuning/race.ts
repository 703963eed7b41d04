/**
 * Racing: everyone is timed once a round, and whoever is shown to be slower than the leader drops out, so that time
 * goes to those that may still win (successive elimination). Pure: what a visit does is handed in.
 */

import { median } from 'simple-statistics';
import { FEWEST_UNITS, pairedRatio, type RandomSource, shuffled } from '../../results/statistics.ts';

/** One that races: its time per dispatch in ms, by round. */
export interface Runner {
  readonly times: Map<number, number>;
}

/** One visit: the time in ms, or undefined where the clock gave nothing that can be used. */
export type Visit<R extends Runner> = (runner: R) => Promise<number | undefined>;

/** Nothing but another layout's work explains this: slower by this factor in its first round, it need not come again. */
const HOPELESS = 2;

/** The one with the lowest median time; a runner without times is never it. */
export function leader<R extends Runner>(runners: readonly R[]): R | undefined {
  const timed = runners.filter(({ times }) => times.size > 0);
  return timed.reduce<R | undefined>(
    (best, runner) => (best === undefined || medianMs(runner) < medianMs(best) ? runner : best),
    undefined,
  );
}

const medianMs = ({ times }: Runner): number => median([...times.values()]);

/** Is `runner` shown to be slower than `best`: by an interval wholly above 1, or by a factor that needs none? */
export function isOut(runner: Runner, best: Runner): boolean {
  const ratio = runner === best ? undefined : pairedRatio(runner.times, best.times);
  if (ratio === undefined) return false;
  return ratio.ci95 === null ? ratio.value > HOPELESS : ratio.ci95[0] > 1;
}

export interface RaceOptions<R extends Runner> {
  readonly runners: readonly R[];
  /** Never drops out: what the others must beat. */
  readonly control: R;
  readonly visit: Visit<R>;
  readonly rounds: number;
  /** Is the time spent? Asked before every visit but those of the first round. */
  readonly over: () => boolean;
  readonly random: RandomSource;
}

/**
 * Runs the rounds; returns the leader. Everyone gets one round, whatever the time. Times of an earlier race are
 * forgotten: the machine may have been in another mood.
 */
export async function race<R extends Runner>(options: RaceOptions<R>): Promise<R> {
  const { runners, control, visit, rounds, over, random } = options;
  for (const { times } of runners) times.clear();
  let running = [...runners];
  for (let round = 0; round < rounds; round++) {
    for (const runner of shuffled(running, random)) {
      if (round > 0 && over()) return leader(running) ?? control;
      const ms = await visit(runner);
      if (ms !== undefined) runner.times.set(round, ms);
    }
    const best = leader(running) ?? control;
    running = running.filter((runner) => runner === control || !isOut(runner, best));
    // A winner alone with the control has nothing left to show here.
    if (round + 1 >= FEWEST_UNITS && running.length <= 2) break;
  }
  return leader(running) ?? control;
}
