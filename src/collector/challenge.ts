/**
 * Seeds that a collector gives. A seed has 32 bits, too few to hold a signature, so the record keeps one beside it. The
 * signature says so for as long as it is good, so no table of them is kept and each replica knows the seeds of all.
 */

import { createHmac, randomInt, timingSafeEqual } from 'node:crypto';
import type { GivenSeed } from '../../results/record/schema.ts';

/** The time for an answer, in ms: a day, so that a run which could not be submitted at once still counts. */
export const GOOD_MS = 24 * 3_600_000;

/** The secret by which replicas know each other's seeds. The store keeps it for good. */
export const CHALLENGE_SECRET = { name: 'challenges', untilMs: Number.MAX_SAFE_INTEGER } as const;

/** @param secret what all replicas share, in hex */
export function newChallenge(secret: string, nowMs: number): GivenSeed {
  const seed = randomInt(2 ** 32);
  const expires = new Date(nowMs + GOOD_MS).toISOString();
  return { seed, expires, mac: macOf(secret, seed, expires) };
}

/** Whether a seed was given with this secret, and is still good. A record's is `{ seed, ...challenge }`. */
export function isOurs(secret: string, { seed, expires, mac }: GivenSeed, nowMs: number): boolean {
  const right = Buffer.from(macOf(secret, seed, expires));
  const given = Buffer.from(mac);
  return right.length === given.length && timingSafeEqual(right, given) && nowMs <= Date.parse(expires);
}

const macOf = (secret: string, seed: number, expires: string): string =>
  createHmac('sha256', secret).update(`${seed} ${expires}`).digest('hex').slice(0, 32);
