/**
 * The fingerprint of a run's samples: few hashes that stay what they are when the times of a record are scaled, its
 * samples shuffled, and everything beside them changed. Two runs that have hashes in common were hardly measured apart.
 *
 * Each visit of a case leaves marks. Its lengths are one: copies have them whatever becomes of the times. The ratios of
 * its times are another, for machines so slow that regions hold a few dispatches. Of all marks of a group of cases the
 * hashes that are smallest are kept (min-wise hashing: A. Z. Broder, 1997), so the share of hashes that two runs have in
 * common is the share of marks that they have in common.
 */

import { clockStepMs, sampleMs } from '../../results/derived/derive.ts';
import { groupBy } from '../../results/lists.ts';
import type { DecodeMeasured, Measured, RunRecord, Sample } from '../../results/record/schema.ts';

/** The groups of cases that have hashes of their own, since a forger may take one group of another run. */
type Group = 'ceiling' | 'kernels' | 'steps';

/** The kinds of marks: lengths of regions, and ratios of their times. */
type Kind = 'lengths' | 'ratios';

/** The hashes of a group and kind. */
const HASHES = 2;

/** The longest region of a visit must hold this many units, or many visits have the same lengths. */
const TELLING_UNITS = 40;

/** A group has hashes if it has this many marks: few are soon the same by chance. */
const MIN_MARKS = 6;

/** Ratios are counted in these steps, and times must be so many clock steps long that a step of it is far less. */
const [RATIO_STEPS, MIN_STEPS] = [4096, 2 ** 17];

/** The hashes of a record's samples, as `ceiling-lengths-0:9f0c1a2b`. Empty for a run of a few slow cases. */
export function fingerprintOf({ clock, measurements, decode = [] }: RunRecord): string[] {
  const marks = new Map<string, number[]>();
  const add = (group: Group, kind: Kind, mark: string): void => {
    const key = `${group}-${kind}`;
    const known = marks.get(key);
    if (known) known.push(hashOf(mark));
    else marks.set(key, [hashOf(mark)]);
  };
  const minMs = MIN_STEPS * clockStepMs(clock);
  for (const m of [...measurements, ...decode]) {
    if (m.status !== 'measured') continue;
    const group = groupOf(m);
    for (const visit of groupBy(m.samples, ({ round }) => round).values()) {
      const sorted = [...visit].sort((a, b) => a.dispatches - b.dispatches);
      const lengths = sorted.map(({ dispatches }) => dispatches);
      if (sorted.length < 3) continue;
      if ((lengths.at(-1) ?? 0) >= TELLING_UNITS) add(group, 'lengths', lengths.join());
      const ratios = ratiosOf(sorted, minMs, clock.trusted);
      if (ratios) add(group, 'ratios', [...lengths, ...ratios].join());
    }
  }
  return [...marks].flatMap(([key, all]) =>
    all.length < MIN_MARKS
      ? []
      : Array.from({ length: HASHES }, (_, nth) => `${key}-${nth}:${smallest(all, nth).toString(16).padStart(8, '0')}`),
  );
}

const groupOf = (m: Measured | DecodeMeasured): Group =>
  'layers' in m ? 'steps' : m.case.kernel === 'stream-read' ? 'ceiling' : 'kernels';

/** The times of a visit over that of its longest region, in steps; undefined where the clock is too coarse for them. */
function ratiosOf(
  sorted: readonly Sample[],
  minMs: number,
  trusted: RunRecord['clock']['trusted'],
): number[] | undefined {
  const times = sorted.map((sample) => sampleMs(sample, trusted));
  const longest = times.at(-1) ?? 0;
  if (!(longest >= minMs)) return undefined;
  return times.slice(0, -1).map((ms) => Math.round((RATIO_STEPS * ms) / longest));
}

/** The smallest hash of some marks, each hashed anew by `nth`. */
const smallest = (marks: readonly number[], nth: number): number =>
  marks.reduce((least, mark) => Math.min(least, mixed(mark ^ Math.imul(nth + 1, GOLDEN))), ALL);

const ALL = 2 ** 32 - 1;

/** 2³² over the golden ratio. */
const GOLDEN = 0x9e3779b9;

/** FNV-1a, 32 bits (http://www.isthe.com/chongo/tech/comp/fnv). */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** The finaliser of MurmurHash3: every bit of the input moves every bit of the output. */
function mixed(value: number): number {
  let bits = value;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** So many hashes of ratios that two runs share make them copies, or so many of lengths. */
const SHARED: Readonly<Record<Kind, number>> = { ratios: 2, lengths: 4 };

/**
 * Whether two fingerprints are of the same samples. Two runs of one seed may share lengths where their machines are as
 * fast as each other, but hardly so many, and no ratios.
 */
export function isCopy(one: readonly string[], other: readonly string[]): boolean {
  const known = new Set(other);
  const shared = one.filter((hash) => known.has(hash));
  const of = (kind: Kind) => shared.filter((hash) => hash.includes(`-${kind}-`)).length;
  return of('ratios') >= SHARED.ratios || of('lengths') >= SHARED.lengths;
}
