/**
 * A race finds the fastest of several runners. Each is timed once a round. One that is shown to be slower than the
 * leader drops out, so that the time goes to those that may still win (successive elimination). Pure: the caller hands
 * in what a visit does.
 */

import { median } from 'simple-statistics';
import { MIN_UNITS, pairedRatio, type RandomSource, shuffled } from '../../results/statistics.ts';

/** A candidate in a race. */
export interface Runner {
  /** The time per dispatch in ms, by round. */
  readonly times: Map<number, number>;
}

/** Times a runner once. Resolves to its ms per dispatch, or to undefined if the clock gave none. */
export type TimeRunner<R extends Runner> = (runner: R) => Promise<number | undefined>;

/** A runner that is slower than the leader by this factor in its first round drops out: no noise explains that. */
const HOPELESS = 2;

/**
 * The whole interval of a speed-up over the tuning in use must be above this factor for another to take its place. At 1,
 * chance would choose two or three of a hundred candidates that are as fast.
 */
export const MIN_GAIN = 1.02;

/** Returns the runner with the lowest median time; undefined if none has times. */
export function leader<R extends Runner>(runners: readonly R[]): R | undefined {
  const timed = runners.filter(({ times }) => times.size > 0);
  return timed.reduce<R | undefined>(
    (best, runner) => (best === undefined || medianMs(runner) < medianMs(best) ? runner : best),
    undefined,
  );
}

const medianMs = ({ times }: Runner): number => median([...times.values()]);

/**
 * Whether `runner` is shown to be slower than `best` by more than the factor `gain`: by an interval wholly above it, or
 * by a factor that needs none.
 */
export function isOut(runner: Runner, best: Runner, gain = 1): boolean {
  const ratio = runner === best ? undefined : pairedRatio(runner.times, best.times);
  if (ratio === undefined) return false;
  return ratio.ci95 === null ? ratio.value > HOPELESS : ratio.ci95[0] > gain;
}

export interface RaceOptions<R extends Runner> {
  readonly runners: readonly R[];
  /** The runner that the others must beat. It wins if no runner has times. */
  readonly control: R;
  /**
   * Whether runners drop out by their intervals alone, and the control as well: for a few runners that all have time.
   * Default: one that seems hopeless drops out at once, and the control never does.
   */
  readonly patient?: boolean;
  readonly visit: TimeRunner<R>;
  readonly rounds: number;
  /** Whether the time is spent. It is asked before every visit after the first round. */
  readonly over: () => boolean;
  readonly random: RandomSource;
}

/**
 * Runs the rounds, and returns the leader. Every runner gets one round, whatever the time. Times of an earlier race are
 * forgotten, since the machine may have been faster or slower then.
 */
export async function race<R extends Runner>(options: RaceOptions<R>): Promise<R> {
  const { runners, control, patient = false, visit, rounds, over, random } = options;
  for (const { times } of runners) times.clear();
  let running = [...runners];
  for (let round = 0; round < rounds; round++) {
    for (const runner of shuffled(running, random)) {
      if (round > 0 && over()) return leader(running) ?? control;
      const ms = await visit(runner);
      if (ms !== undefined) runner.times.set(round, ms);
    }
    const best = leader(running) ?? control;
    const isInterval = round + 1 >= MIN_UNITS;
    if (isInterval || !patient) {
      running = running.filter((runner) => (runner === control && !patient) || !isOut(runner, best));
    }
    // Once only a winner is left, and the control if it stays, there is nothing left to decide here.
    if (isInterval && running.length <= (patient ? 1 : 2)) break;
  }
  return leader(running) ?? control;
}
