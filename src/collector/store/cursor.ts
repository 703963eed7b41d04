/** Where a page of runs ended, as text that only the store reads. */

import { createHash } from 'node:crypto';
import { z } from 'zod';
import { BadCursor, type Filter } from './store.ts';

/** A place between two runs: right after this one. */
export interface Place {
  readonly receivedMs: number;
  readonly id: string;
}

const DAY_MS = 86_400_000;

/** How far the clocks of two replicas may be apart. */
const MAX_SKEW_MS = 600_000;

/** The most characters of a cursor: ours have some 200. */
const MAX_CURSOR = 1000;

const cursorSchema = z.tuple([
  z.literal(1),
  z.number().int().nonnegative(),
  z.string().length(16),
  z.number().int().nonnegative(),
  z.string().max(100),
]);

/** Tells the runs of one filter from those of another. */
function fingerprint(filter: Filter): string {
  const { part, model, program, system, software, status, sinceMs } = filter;
  const parts = [part, model, program, system, software, status, sinceMs].map((value) => value ?? null);
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}

export function writeCursor(filter: Filter, place: Place, nowMs: number): string {
  const fields: z.infer<typeof cursorSchema> = [1, nowMs, fingerprint(filter), place.receivedMs, place.id];
  return Buffer.from(JSON.stringify(fields)).toString('base64url');
}

/** @throws BadCursor if it was not written by `writeCursor` for this filter within the last day */
export function readCursor(filter: Filter, text: string, nowMs: number): Place {
  const parsed = cursorSchema.safeParse(text.length > MAX_CURSOR ? undefined : jsonIn(text));
  if (!parsed.success) throw new BadCursor('this is no cursor of this collection: ask for the first page, without one');
  const [, writtenMs, filtered, receivedMs, id] = parsed.data;
  if (filtered !== fingerprint(filter)) {
    throw new BadCursor('this cursor belongs to another query: ask with the filters that it came with');
  }
  const ageMs = nowMs - writtenMs;
  if (ageMs > DAY_MS || ageMs < -MAX_SKEW_MS) {
    throw new BadCursor('a cursor is good for a day, and this one is older: ask for the first page, without one');
  }
  return { receivedMs, id };
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    return undefined;
  }
}
