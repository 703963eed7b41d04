/**
 * Where in its memory each visit ended. A case streams through the parts of a pool one dispatch after the other, so the
 * part that was read last follows from the one before and from the number of dispatches since.
 */

import type { Measured, RecordBody } from '../../../results/schema.ts';
import type { Fit, Visited } from './replay.ts';

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
export function rotationFit({ clock, events }: RecordBody, { m, visits }: Visited): Fit {
  const bytes = streamedBytes(m);
  const parts = bytes === undefined ? 0 : m.rotationBytes / bytes;
  if (!Number.isInteger(parts) || parts < 2) return { visits: 0, misfits: 0 };
  const region = new Map(m.checks.map((check) => [check.round, check.region]));
  const moves = visits.flatMap(({ round, samples, dispatches }, i): Move[] => {
    const [from, to] = [region.get(visits[i - 1]?.round ?? Number.NaN), region.get(round)];
    return from === undefined || to === undefined ? [] : [{ beyond: dispatches - (to - from), regions: samples.length }];
  });
  // A pre-roll changes only where the machine has become twice as fast or slow: the record has the last one.
  const rolls = clock.preRoll === null ? [0] : [m.preRollDispatches, commonRoll(moves, parts)];
  const misfits = moves.filter((move) => !rolls.some((roll) => isWhole(move, roll, parts))).length;
  // A new device or session begins at the first part again.
  const begun = events.filter(({ kind }) => kind === 'lost' || kind === 'resumed').length;
  return { visits: moves.length, misfits: Math.max(0, misfits - begun) };
}

/** What lies between the ends of two visits. */
interface Move {
  /** The dispatches of its regions, less the parts of memory by which it went on. */
  readonly beyond: number;
  readonly regions: number;
}

/** Whether a move goes round whole times, once each region has a pre-roll of `roll` dispatches. */
const isWhole = ({ beyond, regions }: Move, roll: number, parts: number): boolean =>
  (beyond + regions * roll) % parts === 0;

/** The pre-roll, among those that can be told apart, with which the most moves go round whole times. */
function commonRoll(moves: readonly Move[], parts: number): number {
  const fits = Array.from({ length: parts }, (_, roll) => moves.filter((move) => isWhole(move, roll, parts)).length);
  return fits.indexOf(Math.max(...fits));
}
