/**
 * How far memory has grown in this browser, kept in its IndexedDB. Phones do not refuse memory: they end a page that
 * takes too much, without a word. So each step is kept before it is taken, and a step that nobody ended tells the next
 * page what happened. A browser without storage, as in some private windows, keeps nothing.
 */

import type { DBSchema } from 'idb';
import { z } from 'zod';
import { MIN_MEMORY_BYTES } from '../../../../harness/device/budget.ts';
import type { MemoryBudget } from '../../../../harness/memory-needs.ts';
import type { GrowthLog } from '../../../../harness/rig/growth.ts';
import type { Death } from '../api.ts';
import { openOf, withDatabase } from './database.ts';

const GROWING = 'growing';
const LIMIT = 'limit';

/** The version of the database. It rises with every change of what is kept. */
const VERSION = 1;

const growingSchema = z.strictObject({
  /** The beginning of the step, ISO 8601 in UTC. */
  at: z.string(),
  bytes: z.number().positive(),
  grownBytes: z.number().nonnegative(),
});

const deathSchema = z.strictObject({
  at: z.string(),
  bytes: z.number().positive(),
  grownBytes: z.number().nonnegative(),
  limitBytes: z.number().positive(),
});

interface Schema extends DBSchema {
  /** The step that each session is taking, by the session's id. */
  [GROWING]: { key: string; value: z.infer<typeof growingSchema> };
  /** The death that limits the memory of runs here. */
  [LIMIT]: { key: string; value: Death };
}

const database = () => openOf<Schema>('hbmark-growth', VERSION, [GROWING, LIMIT]);

/** The name of the lock that a session holds while its memory grows. A browser frees the locks of a page that is gone. */
const lockOf = (session: string): string => `hbmark-growing ${session}`;

/** Returns the log of a session that is about to begin. */
export function growthLog(): GrowthLog {
  const session = crypto.randomUUID();
  let release: (() => void) | undefined;
  return {
    async begins(bytes, grownBytes) {
      release ??= await hold(lockOf(session));
      const step = { at: new Date().toISOString(), bytes, grownBytes };
      await withDatabase(database, (db) => db.put(GROWING, step, session));
    },
    async ended(grownBytes) {
      await withDatabase(database, async (db) => {
        await db.delete(GROWING, session);
        const limit = deathSchema.safeParse(await db.get(LIMIT, LIMIT)).data;
        // What ended a page once did not end this one: the page was ended for another reason, or there is room now.
        if (limit && grownBytes >= limit.bytes) await db.delete(LIMIT, LIMIT);
      });
      release?.();
      release = undefined;
    },
  };
}

/** Holds a lock until the function that it returns is called. A browser that refuses it has no storage either. */
async function hold(name: string): Promise<() => void> {
  return new Promise((resolve) => {
    const held = navigator.locks.request(name, () => new Promise<void>((release) => resolve(release)));
    held.catch(() => resolve(() => {}));
  });
}

/**
 * Looks for a session that ended while its memory grew. Its memory limits later runs.
 *
 * @param leftAt when a person last left a page of this browser, ISO 8601 in UTC: a session that was growing then has
 *   not been ended by its memory. Null: not known.
 */
export async function findDeath(leftAt: string | null): Promise<Death | undefined> {
  return withDatabase(database, async (db) => {
    const { held = [] } = await navigator.locks.query();
    const alive = new Set(held.map(({ name }) => name));
    const deaths: Death[] = [];
    for (const session of await db.getAllKeys(GROWING)) {
      if (alive.has(lockOf(session))) continue;
      const step = growingSchema.safeParse(await db.get(GROWING, session)).data;
      await db.delete(GROWING, session);
      if (step && (leftAt === null || leftAt < step.at)) deaths.push({ ...step, limitBytes: limitAfter(step) });
    }
    const [worst] = deaths.sort((a, b) => a.limitBytes - b.limitBytes);
    if (worst) await db.put(LIMIT, worst, LIMIT);
    return worst;
  });
}

/**
 * Returns the last size that was survived, or half of the size that was not, if that is more: a decode step takes its
 * memory at once.
 */
function limitAfter({ bytes, grownBytes }: z.infer<typeof growingSchema>): number {
  return Math.max(MIN_MEMORY_BYTES, grownBytes, Math.floor(bytes / 2));
}

/** Returns the limit that a death has taught, if there was one. */
export async function learnedLimit(): Promise<MemoryBudget | undefined> {
  const kept = await withDatabase(database, (db) => db.get(LIMIT, LIMIT));
  const death = deathSchema.safeParse(kept).data;
  return death && { bytes: death.limitBytes, reason: 'a larger run ended this page' };
}

export async function forgetLimit(): Promise<void> {
  await withDatabase(database, (db) => db.delete(LIMIT, LIMIT));
}
