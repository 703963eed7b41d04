/**
 * Seeds that a collector gives. The signature says so for as long as it is good, so no table of them is kept and each
 * replica knows the seeds of all.
 */

import { createHmac, randomInt, timingSafeEqual } from 'node:crypto';

export interface Challenge {
  /** The seed that a run has to have. */
  readonly seed: number;
  /** Until when the collector takes the run as an answer: ISO 8601, UTC. */
  readonly expires: string;
  /** The collector's signature of the seed and the time: 128 bits in hex. */
  readonly mac: string;
}

/** The time for an answer, in ms: a `full` run with many models takes less. */
const GOOD_MS = 3_600_000;

/** @param secret what all replicas share, in hex */
export function newChallenge(secret: string, nowMs: number): Challenge {
  const seed = randomInt(2 ** 32);
  const expires = new Date(nowMs + GOOD_MS).toISOString();
  return { seed, expires, mac: macOf(secret, seed, expires) };
}

/** Whether a challenge was given with this secret, and is still good. */
export function isOurs(secret: string, { seed, expires, mac }: Challenge, nowMs: number): boolean {
  const right = Buffer.from(macOf(secret, seed, expires));
  const given = Buffer.from(mac);
  return right.length === given.length && timingSafeEqual(right, given) && nowMs <= Date.parse(expires);
}

const macOf = (secret: string, seed: number, expires: string): string =>
  createHmac('sha256', secret).update(`${seed} ${expires}`).digest('hex').slice(0, 32);
