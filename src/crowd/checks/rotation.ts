/**
 * Where in its memory each visit ended. A case streams through the parts of a pool one dispatch after the other, so the
 * part that was read last follows from the one before and from the number of dispatches since.
 */

import { MAX_SUBMISSION_MS } from '../../../results/derived/regions.ts';
import type { Measured, RecordBody } from '../../../results/record/schema.ts';
import { type Fit, regionMsOf, unitsBefore, type Visited } from './replay.ts';
import type { Visit } from './visits.ts';

/** The bytes of a number in the formats whose matrices have nothing but numbers. */
const BYTES: ReadonlyMap<unknown, number> = new Map([
  ['f32', 4],
  ['f16', 2],
  ['bf16', 2],
]);

/** The bytes that a dispatch streams; undefined for a kernel whose shape does not tell. */
function streamedBytes({ case: { kernel, params } }: Measured): number | undefined {
  const { bytes, rows, columns, form, format } = params;
  if (kernel === 'stream-read' || kernel === 'working-set-read') return typeof bytes === 'number' ? bytes : undefined;
  const each = BYTES.get(format);
  if (kernel !== 'gemv' || each === undefined || typeof rows !== 'number' || typeof columns !== 'number') {
    return kernel === 'gemv' && typeof bytes === 'number' ? bytes : undefined;
  }
  return (form === 'gate-up' ? 2 : 1) * rows * columns * each;
}

/** How the places where visits ended fit their dispatches. */
export function rotationFit(record: RecordBody, { m, visits }: Visited): Fit {
  const bytes = streamedBytes(m);
  const parts = bytes === undefined ? 0 : m.rotationBytes / bytes;
  if (!Number.isInteger(parts) || parts < 2) return { visits: 0, misfits: 0 };
  const region = new Map(m.checks.map((check) => [check.round, check.region]));
  const moves = visits.flatMap(({ round, samples, dispatches }, nth): Move[] => {
    const [from, to] = [region.get(visits[nth - 1]?.round ?? Number.NaN), region.get(round)];
    const isKnown = from !== undefined && to !== undefined;
    return isKnown ? [{ nth, beyond: dispatches - (to - from), regions: samples.length }] : [];
  });
  // Memory that there is not was read: nothing of the case fits.
  if (m.checks.some((check) => check.region >= parts))
    return { visits: visits.length, misfits: Number.POSITIVE_INFINITY };
  const misfits = Math.min(
    ...rollsOf(record, m, visits).map(
      (rolls) =>
        moves.filter(({ nth, beyond, regions }) => (beyond + regions * (rolls[nth] ?? 0)) % parts !== 0).length,
    ),
  );
  // A new device or session begins at the first part again.
  const begun = record.events.filter(({ kind }) => kind === 'lost' || kind === 'resumed').length;
  return { visits: moves.length, misfits: Math.max(0, misfits - begun) };
}

/** What lies between the ends of a visit and of the one before. */
interface Move {
  /** The index of the visit. */
  readonly nth: number;
  /** The dispatches of its regions, less the parts of memory by which it went on. */
  readonly beyond: number;
  readonly regions: number;
}

/** A dispatch that takes longer than this, in ms, has no pre-roll. */
const LONG_MS = MAX_SUBMISSION_MS / 2;

/** The first pre-roll is known by this factor, and at most so many are tried. */
const [ROUGHLY, MAX_TRIED] = [2.5, 512];

/**
 * The dispatches of the pre-roll before each region of each visit, for every pre-roll that the first visit may have had.
 * It changes only where the machine has become twice as fast or slow; the record has the last one.
 */
function rollsOf({ clock, profile }: RecordBody, m: Measured, visits: readonly Visit[]): number[][] {
  const rollMs = clock.preRoll?.ms ?? 0;
  if (rollMs === 0) return [visits.map(() => 0)];
  const units = unitsBefore(visits, clock, regionMsOf(m, profile, clock));
  const wantedAt = (unitMs: number) => (unitMs > LONG_MS ? 0 : Math.max(1, Math.round(rollMs / unitMs)));
  const first = wantedAt(units[0] ?? Number.NaN);
  const from = Math.floor(first / ROUGHLY);
  const count = Math.min(MAX_TRIED, Math.ceil(first * ROUGHLY) + 1 - from);
  const tried = [m.preRollDispatches, ...Array.from({ length: count }, (_, i) => from + i)];
  return tried.map((begun) => {
    let roll = begun;
    return units.map((unitMs, i) => {
      const wanted = i === 0 ? roll : wantedAt(unitMs);
      if (roll < wanted / 2 || roll > 2 * wanted) roll = wanted;
      return roll;
    });
  });
}
