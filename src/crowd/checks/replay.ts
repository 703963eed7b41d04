/**
 * A run, made again on paper: which visits its seed decides, how long its regions had to be by the times before, and
 * where in its memory each visit ended. Whoever edits times, lengths, orders or the seed of a record has to run all of
 * this again, or the parts no longer fit.
 */

import {
  JITTER,
  MAX_SUBMISSION_MS,
  maxRegionMs,
  regionLengths,
  VISIT_SHARES,
} from '../../../results/derived/regions.ts';
import { groupBy, maxOf, minOf } from '../../../results/lists.ts';
import { MAX_DISPATCHES } from '../../../results/record/bounds.ts';
import type { Measured, RecordBody } from '../../../results/record/schema.ts';
import { type RandomSource, randomSource, shuffled } from '../../../results/statistics.ts';
import { lengthsOf, unitMsOf, type Visit, visitsOf } from './visits.ts';

/** Every number that the engine draws takes one of these from the generator, but for a rare second one. */
const ALL = 2 ** 32;

/** The random numbers of a seed, computed as far as they are asked for. */
class Draws {
  readonly #random;
  readonly #drawn: number[] = [];

  constructor(seed: number) {
    this.#random = randomSource(seed);
  }

  /** Draw number `at`, counted from 0, below `n`. */
  below(n: number, at: number): number {
    while (this.#drawn.length <= at) this.#drawn.push(this.#random.below(ALL));
    return (this.#drawn[at] ?? 0) % n;
  }

  /** A source that begins at draw number `at`. */
  from(at: number): RandomSource {
    let next = at;
    return { below: (n) => this.below(n, next++) };
  }
}

/** The longest regions, in units, of which a visit may have been planned: from the first to the last of the two. */
type Longest = readonly [from: number, to: number];

/** A visit that begins at a known draw. */
interface Found {
  /** The number of draws that are used up after it. */
  readonly end: number;
  readonly longest: Longest;
}

/** A visit in the order of the run. */
interface Turn {
  readonly visit: Visit;
  /** Its lengths, ascending. */
  readonly lengths: readonly number[];
  /** The same in the order in which they were taken. */
  readonly taken: readonly number[];
  readonly isStep: boolean;
}

const same = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((one, i) => one === b[i]);

/** Whether lengths are taken in this order, if it is drawn from draw number `at` on (`shuffled` of results/statistics.ts). */
function isShuffledSo(draws: Draws, at: number, { lengths, taken }: Turn): boolean {
  // Thousands of places are tried, and the first draw rules most of them out. From its end on, the order is final.
  const first = lengths.length - 1;
  if (first < 1) return true;
  if (lengths[draws.below(first + 1, at)] !== taken[first]) return false;
  let next = at;
  return same(shuffled(lengths, { below: (n) => draws.below(n, next++) }), taken);
}

/** The visit that begins with draw number `at`, if it can be this one. Until version 2, lengths did not vary. */
function visitAt(draws: Draws, at: number, turn: Turn, varies: boolean): Found | undefined {
  const { lengths, isStep } = turn;
  // Lengths are drawn first, but their order is what most other visits lack.
  const shares = varies ? VISIT_SHARES.length - (isStep ? 1 : 0) : 0;
  if (!isShuffledSo(draws, at + shares, turn)) return undefined;
  const end = at + shares + Math.max(0, lengths.length - 1);
  const most = lengths.at(-1) ?? 0;
  if (!varies) {
    const planned = regionLengths({ unitMs: 1, regionMs: most, maxUnits: most }).sort((a, b) => a - b);
    return same(planned, lengths) ? { end, longest: [most, most] } : undefined;
  }
  // The longest region's share is drawn last, unless it is never shortened.
  const share = isStep ? 1 : 1 - JITTER * (draws.below(1024, at + shares - 1) / 1024);
  const last = Math.ceil((most + 0.5) / share);
  let found: Found | undefined;
  for (let longest = Math.max(2, Math.floor((most - 0.5) / share)); longest <= last; longest++) {
    // A unit of 1 ms makes the longest region as many units long as it may take ms.
    const units = { unitMs: 1, regionMs: longest, maxUnits: longest };
    const planned = regionLengths({ ...units, random: draws.from(at), sameLongest: isStep }).sort((a, b) => a - b);
    if (same(planned, lengths)) found = { end, longest: [found?.longest[0] ?? longest, longest] };
  }
  return found;
}

/** How the visits of a record fit its seed. */
export interface Order {
  /** The visits that were looked for. */
  readonly visits: number;
  /** Those that are not where the seed has them. */
  readonly misplaced: number;
  /** The planned lengths of visits whose place is certain. */
  readonly longest: ReadonlyMap<Visit, Longest>;
}

/**
 * The numbers of draws for the check of an output: 8 spots, or 32 at first, for each buffer of outputs; and one more,
 * where a draw was rejected.
 */
const CHECKS: readonly number[] = [8, 9, 16, 18, 24, 32, 33, 64];

/** More cases of a round may have been shuffled than were measured: those that failed in it. */
const FAILED = 2;

/** A wave opens at most about so many cases, of which a round that was cut short may lack all but one. */
const MAX_CUT_SHORT = 128;

/** The places that are kept in view, where visits are so short that many places fit, and those that are tried. */
const [MAX_PLACES, MAX_TRIED] = [256, 8192];

/** So many visits are out of place only if all are: what follows is looked for no longer. */
const MAX_MISPLACED = 64;

interface RunOfSeed {
  readonly seed: number;
  /** Whether lengths vary: not in records of version 1. */
  readonly varies: boolean;
  /** Whether the run went on with another device, or in another session: those begin with numbers of their own. */
  readonly restarts: boolean;
}

/**
 * Follows the visits through the draws of the seed. Between two of them, the engine draws the spots of a check, and at
 * the begin of a round the order of its cases.
 */
function orderOf({ seed, varies, restarts }: RunOfSeed, turns: readonly Turn[]): Order {
  let draws = new Draws(seed);
  const inRound = new Map([...groupBy(turns, ({ visit }) => visit.round)].map(([round, all]) => [round, all.length]));
  const longest = new Map<Visit, Longest>();
  let places: readonly number[] = [0];
  let misplaced = 0;
  for (const [i, turn] of turns.entries()) {
    const { round } = turn.visit;
    const before = turns[i - 1]?.visit.round;
    const begun = inRound.get(round) ?? 1;
    // A round that was cut short had as many cases as the one before.
    const most = Math.max(begun, inRound.get(before ?? round) ?? 1) + FAILED;
    const some = Math.min(most - begun + 1, MAX_CUT_SHORT);
    const orders = before === round ? [0] : Array.from({ length: some }, (_, more) => begun - 1 + more);
    const checks = turn.isStep || before === undefined ? [0] : CHECKS;
    const gaps = turn.isStep ? [0] : [...new Set(checks.flatMap((check) => orders.map((order) => check + order)))];
    const starts = startsOf(places, gaps);
    let found = starts.flatMap((at) => visitAt(draws, at, turn, varies) ?? []);
    if (found.length === 0 && restarts) {
      draws = new Draws(turn.isStep ? seed : seed + round);
      found = orders.flatMap((at) => visitAt(draws, at, turn, varies) ?? []);
    }
    if (found.length === 0) {
      misplaced++;
      if (misplaced === MAX_MISPLACED) break;
      const drawn = (varies ? turn.lengths.length - (turn.isStep ? 1 : 0) : 0) + turn.lengths.length - 1;
      places = starts.map((start) => start + drawn).slice(0, MAX_PLACES);
      continue;
    }
    const [only] = found;
    if (only && found.length === 1) longest.set(turn.visit, only.longest);
    places = [...new Set(found.map(({ end }) => end))].slice(0, MAX_PLACES);
  }
  return { visits: turns.length, misplaced, longest };
}

/** The places that lie some gap after another, each once, at most `MAX_TRIED`. */
function startsOf(places: readonly number[], gaps: readonly number[]): number[] {
  const starts: number[] = [];
  const [first, last] = [minOf(places) + minOf(gaps), maxOf(places) + maxOf(gaps)];
  const isIn = new Uint8Array(last - first + 1);
  for (const place of places) {
    for (const gap of gaps) {
      const start = place + gap;
      if (isIn[start - first]) continue;
      if (starts.length === MAX_TRIED) return starts;
      isIn[start - first] = 1;
      starts.push(start);
    }
  }
  return starts;
}

const beginsMs = ({ visit }: Turn): number => visit.samples[0]?.atMs ?? 0;

const turnsOf = (visits: readonly Visit[], isStep: boolean): Turn[] =>
  visits.map((visit) => ({
    ...{ visit, lengths: lengthsOf(visit), isStep },
    taken: visit.samples.map(({ dispatches }) => dispatches),
  }));

/** A measured kernel with its visits. */
export interface Visited {
  readonly m: Measured;
  readonly visits: readonly Visit[];
}

/** The kernels of a record, with their visits. Several rules ask for the same ones. */
export function visitedIn(record: RecordBody): readonly Visited[] {
  const known = VISITED.get(record);
  if (known) return known;
  const visited = record.measurements.flatMap((m) => (m.status === 'measured' ? [{ m, visits: visitsOf(m) }] : []));
  VISITED.set(record, visited);
  return visited;
}

const VISITED = new WeakMap<RecordBody, readonly Visited[]>();

const seedOf = ({ seed, clock, events }: RecordBody): RunOfSeed => ({
  ...{ seed, varies: clock.preRoll !== null },
  restarts: events.some(({ kind }) => kind === 'lost' || kind === 'resumed'),
});

/** How the visits of kernels fit the seed. Two rules ask for it, and it takes most of their time. */
export function kernelOrder(record: RecordBody): Order {
  const known = ORDERS.get(record);
  if (known) return known;
  const turns = visitedIn(record).flatMap(({ visits }) => turnsOf(visits, false));
  const order = orderOf(
    seedOf(record),
    turns.sort((a, b) => beginsMs(a) - beginsMs(b)),
  );
  ORDERS.set(record, order);
  return order;
}

const ORDERS = new WeakMap<RecordBody, Order>();

/** How the visits of decode steps fit the seed: they have draws of their own, and nothing is drawn in between. */
export function stepOrder(record: RecordBody): Order {
  const steps = (record.decode ?? []).flatMap((m) => (m.status === 'measured' ? turnsOf(visitsOf(m), true) : []));
  return orderOf(seedOf(record), steps);
}

/**
 * The length that the profiles aim at for the longest region, in ms: of a case, and of a point of the cache curve. They
 * are those of `harness/profiles.ts`, which a test compares.
 */
export const REGION_MS: Readonly<Record<RecordBody['profile'], { readonly case: number; readonly curve: number }>> = {
  quick: { case: 60, curve: 30 },
  full: { case: 80, curve: 40 },
  kernels: { case: 40, curve: 40 },
};

/** The shortest length that a profile aims at for the longest region of a decode step, in ms. */
export const STEP_REGION_MS: Readonly<Record<RecordBody['profile'], number>> = { quick: 60, full: 40, kernels: 40 };

/** The length that the engine aims at for the longest region of a case, in ms. */
export const regionMsOf = (
  { workingSetBytes }: Measured,
  profile: RecordBody['profile'],
  clock: RecordBody['clock'],
): number => maxRegionMs(REGION_MS[profile][workingSetBytes === undefined ? 'case' : 'curve'], clock);

/**
 * The time of a unit in ms, as the engine knew it before each visit. The first is known by the length of the first
 * visit alone, and only roughly.
 */
export function unitsBefore(visits: readonly Visit[], { trusted }: RecordBody['clock'], regionMs: number): number[] {
  const first = lengthsOf(visits[0] ?? NOTHING).at(-1) ?? 1;
  let unitMs = regionMs / first;
  return visits.map((_, i) => {
    const before = visits[i - 1];
    if (before) unitMs = Math.max(unitMs / 2, unitMsOf(before, trusted) ?? unitMs);
    return unitMs;
  });
}

const NOTHING: Visit = { round: 0, samples: [], dispatches: 0 };

/** How a part of all visits fits what it follows from. */
export interface Fit {
  readonly visits: number;
  readonly misfits: number;
}

/** Where a unit is known roughly, a length may be off by this share; and by another in records of version 1. */
const [ROUGH, OLD] = [0.25, 0.09];

/** How the lengths of the regions of a kernel fit the times before them. */
export function lengthsFit({ clock, profile }: RecordBody, { m, visits }: Visited, order: Order): Fit {
  const regionMs = regionMsOf(m, profile, clock);
  const units = unitsBefore(visits, clock, regionMs);
  const isOld = clock.preRoll === null;
  const misfits = visits.filter((visit, i) => {
    const [before, unitMs] = [visits[i - 1], units[i] ?? Number.NaN];
    if (!before) return false;
    const isExact = unitMsOf(before, clock.trusted) === unitMs;
    const fits = Math.floor(Math.max(MAX_SUBMISSION_MS, regionMs) / unitMs);
    const planned = Math.max(2, Math.min(Math.max(Math.round(regionMs / unitMs), 4), fits, MAX_DISPATCHES));
    const slack = planned * (isExact ? (isOld ? OLD : 0) : ROUGH);
    const most = lengthsOf(visit).at(-1) ?? 0;
    // By the seed, or by the longest region, which version 1 did not shorten.
    const shortened = isOld ? most : Math.ceil((most + 0.5) / (1 - JITTER));
    const [from, to] = order.longest.get(visit) ?? [most, shortened];
    return planned < from - slack || planned > to + slack;
  }).length;
  return { visits: Math.max(0, visits.length - 1), misfits };
}
