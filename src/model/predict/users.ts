/** How many users a machine serves at a speed: by the law, and as an engine is expected to. */

import { largestWhere } from '../../../results/largest.ts';
import type { Lengths } from '../serving/lengths.ts';
import type { Expected } from './expected.ts';
import { type Machine, maxSequences, mixedPoint, RANGES, type Served, timeOf } from './predict.ts';

/**
 * The largest batch at which each sequence of a context, or of a mix of lengths, has `speed` tokens/s; undefined where
 * not even one has. It is no larger than a batch may be that is asked for.
 */
export const batchAtSpeed = (served: Served, machine: Machine, lengths: Lengths, speed: number): number | undefined =>
  largestWhere(
    (batch) => {
      const point = typeof lengths === 'number' ? { context: lengths, batch } : mixedPoint(lengths, batch);
      return timeOf(served, machine, point).seconds <= 1 / speed;
    },
    1,
    Math.min(maxSequences(served, machine, lengths), RANGES.batch.max),
  );

/** How many users have a speed. */
export interface SpeedAnswer {
  readonly tokensPerSecondPerUser: number;
  /** Users by the law: at a machine's peak, no engine serves more. 0 where not even one has the speed. */
  readonly users: number;
  /** Users whom the engine is expected to serve so; null where that is not known. */
  readonly expectedUsers: number | null;
  readonly expectedUsersInterval: readonly [low: number, high: number] | null;
}

/**
 * The users whom an engine is expected to serve at a speed, among those of the law.
 * @param expectedAt the expectation at a batch, which is null from some batch on where it is not known there
 */
export function usersAtSpeed(
  speed: number,
  users: number,
  expectedAt: (batch: number) => Pick<Expected, 'tokensPerSecond' | 'interval'>,
): SpeedAnswer {
  const law = { tokensPerSecondPerUser: speed, users };
  const most = (from: number, to: number, rateOf: (batch: number) => number): number =>
    largestWhere((batch) => rateOf(batch) >= batch * speed, Math.max(1, from), to) ?? 0;
  const expected = most(1, users, (batch) => expectedAt(batch).tokensPerSecond ?? 0);
  // The next one is too slow, or not known.
  const isKnown = expectedAt(Math.max(1, Math.min(users, expected + 1))).tokensPerSecond !== null;
  if (!isKnown) return { ...law, expectedUsers: null, expectedUsersInterval: null };
  const least = most(1, expected, (batch) => expectedAt(batch).interval?.[0] ?? 0);
  const best = most(expected, users, (batch) => expectedAt(batch).interval?.[1] ?? Number.POSITIVE_INFINITY);
  return { ...law, expectedUsers: expected, expectedUsersInterval: [least, best] };
}
