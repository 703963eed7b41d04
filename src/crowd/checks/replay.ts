/**
 * A run, made again on paper: which visits its seed decides, how long its regions had to be by the times before, and
 * where in its memory each visit ended. Whoever edits times, lengths, orders or the seed of a record has to run all of
 * this again, or the parts no longer fit.
 */

import { MAX_DISPATCHES } from '../../../results/bounds.ts';
import { JITTER, MAX_SUBMISSION_MS, maxRegionMs, regionLengths } from '../../../results/regions.ts';
import type { Measured, RecordBody } from '../../../results/schema.ts';
import { randomSource, shuffled } from '../../../results/statistics.ts';
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

  /** A source that begins at draw number `at`, counted from 0. */
  from(at: number): { below(n: number): number; readonly at: number } {
    let next = at;
    return {
      below: (n) => this.#at(next++) % n,
      get at() {
        return next;
      },
    };
  }

  #at(at: number): number {
    while (this.#drawn.length <= at) this.#drawn.push(this.#random.below(ALL));
    return this.#drawn[at] ?? 0;
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

const same = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((one, i) => one === b[i]);

/** The visit that begins with draw number `at`, if it can be this one. */
function visitAt(
  draws: Draws,
  at: number,
  visit: Visit,
  sorted: readonly number[],
  isStep: boolean,
): Found | undefined {
  const taken = visit.samples.map(({ dispatches }) => dispatches);
  const most = sorted.at(-1) ?? 0;
  // The longest region's share is drawn last, unless it is never shortened.
  const ahead = draws.from(at + 3);
  const share = isStep ? 1 : 1 - JITTER * (ahead.below(1024) / 1024);
  const last = Math.ceil((most + 0.5) / share);
  let found: Found | undefined;
  for (let longest = Math.max(2, Math.floor((most - 0.5) / share)); longest <= last; longest++) {
    const random = draws.from(at);
    // A unit of 1 ms makes the longest region as many units long as it may take ms.
    const regions = { unitMs: 1, regionMs: longest, maxUnits: longest, random, sameLongest: isStep };
    const lengths = regionLengths(regions);
    if (
      !same(
        [...lengths].sort((a, b) => a - b),
        sorted,
      )
    )
      continue;
    if (!same(shuffled(lengths, random), taken)) continue;
    found = { end: random.at, longest: [found?.longest[0] ?? longest, longest] };
  }
  return found;
}

/** A visit must have this many regions, the longest of this many units, to be told from the visits of other seeds. */
const [TELLING_REGIONS, TELLING_UNITS] = [4, 40];

/** The draws between two visits: spot checks, and the order of the next round's cases. */
const BETWEEN = 128;
/** The draws of a visit that tells nothing, and of its spot checks. */
const WITHIN = 48;
/** The maximum of draws that are searched for a visit. */
const MAX_SEARCHED = 4096;

/** How the visits of a record fit its seed. */
export interface Order {
  /** The visits that would tell another seed apart. */
  readonly telling: number;
  /** Those of them that are where the seed has them. */
  readonly found: number;
  /** The planned lengths of the visits that were found. */
  readonly longest: ReadonlyMap<Visit, Longest>;
}

/** A visit of a list, with what the list is of. */
interface InTurn {
  readonly visit: Visit;
  readonly isStep: boolean;
}

/** The numbers of visits in a row that may be missed, each with a search, before the rest counts as missed too. */
const MAX_MISSED = 24;

function orderOf(seed: number, turns: readonly InTurn[], between: number): Order {
  const draws = new Draws(seed);
  const longest = new Map<Visit, Longest>();
  let [at, silent, missed, telling] = [0, 0, 0, 0];
  for (const { visit, isStep } of turns) {
    const sorted = lengthsOf(visit);
    if (sorted.length < TELLING_REGIONS || (sorted.at(-1) ?? 0) < TELLING_UNITS) {
      silent++;
      continue;
    }
    telling++;
    if (missed >= MAX_MISSED) continue;
    const reach = Math.min(MAX_SEARCHED, between + WITHIN * silent);
    let found: Found | undefined;
    for (let start = at; found === undefined && start <= at + reach; start++) {
      found = visitAt(draws, start, visit, sorted, isStep);
    }
    missed = found ? 0 : missed + 1;
    silent = found ? 0 : silent + 1;
    at = found?.end ?? at;
    if (found) longest.set(visit, found.longest);
  }
  return { telling, found: longest.size, longest };
}

const beginsMs = ({ visit }: InTurn): number => visit.samples[0]?.atMs ?? 0;

/** A measured kernel with its visits. */
export interface Visited {
  readonly m: Measured;
  readonly visits: readonly Visit[];
}

/** The kernels of a record, with their visits. */
export const visitedIn = ({ measurements }: RecordBody): Visited[] =>
  measurements.flatMap((m) => (m.status === 'measured' ? [{ m, visits: visitsOf(m) }] : []));

/** How the visits of kernels fit the seed. */
export function kernelOrder({ seed, measurements }: RecordBody, visited: readonly Visited[]): Order {
  const turns = visited.flatMap(({ visits }) => visits.map((visit): InTurn => ({ visit, isStep: false })));
  return orderOf(
    seed,
    turns.sort((a, b) => beginsMs(a) - beginsMs(b)),
    BETWEEN + measurements.length,
  );
}

/** How the visits of decode steps fit the seed: they have numbers of their own, and nothing is drawn in between. */
export function stepOrder({ seed, decode = [] }: RecordBody): Order {
  const turns = decode.flatMap((m) =>
    m.status === 'measured' ? visitsOf(m).map((visit): InTurn => ({ visit, isStep: true })) : [],
  );
  return orderOf(seed, turns, 0);
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

/** Where a unit is known roughly, a length may be off by this share. */
const ROUGH = 0.25;

/** How the lengths of the regions of a kernel fit the times before them. */
export function lengthsFit({ clock, profile }: RecordBody, { m, visits }: Visited, order: Order): Fit {
  const regionMs = regionMsOf(m, profile, clock);
  const units = unitsBefore(visits, clock, regionMs);
  const misfits = visits.filter((visit, i) => {
    const [before, unitMs] = [visits[i - 1], units[i] ?? Number.NaN];
    if (!before) return false;
    const isExact = unitMsOf(before, clock.trusted) === unitMs;
    const fits = Math.floor(Math.max(MAX_SUBMISSION_MS, regionMs) / unitMs);
    const planned = Math.max(2, Math.min(Math.max(Math.round(regionMs / unitMs), 4), fits, MAX_DISPATCHES));
    const slack = isExact ? 0 : ROUGH * planned;
    const [from, to] = rangeOf(visit, order);
    return planned < from - slack || planned > to + slack;
  }).length;
  return { visits: Math.max(0, visits.length - 1), misfits };
}

/** The longest regions of which a visit may have been planned: by the seed, or by its own longest. */
function rangeOf(visit: Visit, { longest }: Order): Longest {
  const most = lengthsOf(visit).at(-1) ?? 0;
  return longest.get(visit) ?? [most, Math.ceil((most + 0.5) / (1 - JITTER))];
}
