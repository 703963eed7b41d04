/**
 * Seeds that the collector gives, and how it knows them again. A seed has 32 bits, too few to hold a signature, so the
 * record keeps one beside it. Nothing is stored: any replica with the same secret knows the seeds of the others.
 */

import { createHmac, randomInt, timingSafeEqual } from 'node:crypto';
import type { GivenSeed, RecordBody } from '../../results/schema.ts';

/** How long a seed may be answered, in ms: a day, so that a run which could not be submitted at once still counts. */
export const CHALLENGE_MS = 24 * 3600 * 1000;

/** The bytes of a signature. */
const MAC_BYTES = 16;

/** Gives a seed. `secret` must have at least 128 random bits. */
export function newChallenge(secret: string, nowMs: number): GivenSeed {
  const seed = randomInt(2 ** 32);
  const expires = new Date(nowMs + CHALLENGE_MS).toISOString();
  return { seed, expires, mac: macOf(secret, seed, expires).toString('hex') };
}

/**
 * `none`: the record says that nobody gave its seed. `ours`: this collector did, and it may still be answered. `late`: it
 * did, too long ago. `foreign`: another collector did, or the record was changed.
 */
export type Origin = 'none' | 'ours' | 'late' | 'foreign';

/** Says where the seed of a record came from. */
export function originOf(
  secret: string,
  { seed, challenge }: Pick<RecordBody, 'seed' | 'challenge'>,
  nowMs: number,
): Origin {
  if (!challenge) return 'none';
  const { expires, mac } = challenge;
  const given = Buffer.from(mac, 'hex');
  const own = macOf(secret, seed, expires);
  if (given.length !== own.length || !timingSafeEqual(given, own)) return 'foreign';
  return nowMs <= Date.parse(expires) ? 'ours' : 'late';
}

function macOf(secret: string, seed: number, expires: string): Buffer {
  return createHmac('sha256', secret).update(`hbmark seed ${seed} ${expires}`).digest().subarray(0, MAC_BYTES);
}
