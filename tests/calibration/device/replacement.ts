/**
 * How much of a scan that comes round again and again a cache still holds, by how it chooses what to replace. LRU, which
 * forgets what was used longest ago, holds nothing of a scan that exceeds it; other policies keep a part on purpose, or
 * by chance.
 */

import { type RandomSource, randomSource } from '../../../results/statistics.ts';

/**
 * `random`: any line is replaced. `bip`: bimodal insertion, which keeps a new line only now and then (M. K. Qureshi et
 * al., "Adaptive insertion policies for high performance caching", ISCA 2007). `brrip`: the same by predicted intervals
 * (A. Jaleel et al., "High performance cache replacement using re-reference interval prediction", ISCA 2010). DIP and
 * DRRIP, which choose between two policies, choose these for a scan.
 */
export type Policy = 'lru' | 'random' | 'bip' | 'brrip';

/** The lines of a set. */
const WAYS = 16;

/** One new line in this many is kept by `bip` and `brrip`, in both papers. */
const KEPT_OF = 32;

/** The predicted interval of a line in two bits, as in the paper: the longest, and the second longest. */
const [DISTANT, LONG] = [3, 2];

/** The accesses that a simulated set sees before hits are counted, and while they are. */
const ACCESSES = 200_000;

/** A scan of this many caches is not simulated: no policy holds a thousandth of it. */
const MAX_TIMES = 64;

/**
 * The share of its accesses that hit, for a scan of `lines` lines a set, again and again. It is counted on a set of
 * `WAYS` lines.
 */
export function countedHits(policy: Policy, lines: number, seed = 1): number {
  const set = new CacheSet(policy, randomSource(seed));
  let hits = 0;
  for (let i = 0; i < 2 * ACCESSES; i++) {
    const hit = set.access(i % lines);
    if (hit && i >= ACCESSES) hits++;
  }
  return hits / ACCESSES;
}

class CacheSet {
  readonly #policy: Policy;
  readonly #random: RandomSource;
  /** The line in each way. */
  readonly #lines: number[] = Array.from({ length: WAYS }, () => -1);
  /** The ways, the most recently used first. */
  readonly #order: number[] = Array.from({ length: WAYS }, (_, way) => way);
  /** The predicted interval of each way. */
  readonly #intervals: number[] = Array.from({ length: WAYS }, () => DISTANT);

  constructor(policy: Policy, random: RandomSource) {
    this.#policy = policy;
    this.#random = random;
  }

  /** Reads a line. Returns whether the set held it. */
  access(line: number): boolean {
    const held = this.#lines.indexOf(line);
    const way = held >= 0 ? held : this.#victim();
    this.#lines[way] = line;
    const keeps = held >= 0 || this.#policy === 'lru' || this.#random.below(KEPT_OF) === 0;
    if (keeps) this.#order.unshift(...this.#order.splice(this.#order.indexOf(way), 1));
    this.#intervals[way] = held >= 0 ? 0 : keeps ? LONG : DISTANT;
    return held >= 0;
  }

  #victim(): number {
    if (this.#policy === 'random') return this.#random.below(WAYS);
    if (this.#policy !== 'brrip') return this.#order.at(-1) ?? 0;
    const longest = Math.max(...this.#intervals);
    for (const [way, interval] of this.#intervals.entries()) this.#intervals[way] = interval + DISTANT - longest;
    return this.#intervals.indexOf(DISTANT);
  }
}

const brrip = new Map<number, number>();

/** The share of a scan that a cache holds when the scan comes round again. @param times its size, in caches */
export function heldShare(policy: Policy, times: number): number {
  if (times <= 1) return 1;
  if (policy === 'lru' || times > MAX_TIMES) return 0;
  if (policy === 'random') return ofRandom(times);
  if (policy === 'bip') return ofBimodal(times);
  const lines = Math.round(WAYS * times);
  const known = brrip.get(lines) ?? countedHits(policy, lines);
  brrip.set(lines, known);
  return known;
}

/**
 * A line of C survives m replacements with (1 − 1/C)^m, about exp(−m/C). Between two reads of it there are as many
 * replacements as misses, (1 − h)·x·C. So h = exp(−(1 − h)·x), of which the smaller solution is that of a scan.
 */
function ofRandom(times: number): number {
  let share = 0;
  for (let i = 0; i < 10_000; i++) {
    const next = Math.exp(-(1 - share) * times);
    if (next === share) break;
    share = next;
  }
  return share;
}

/**
 * All ways but one hold lines that are kept; the last takes what passes through. A new line that is kept, one miss in
 * 32, drives out the one that would have been read next. So of n lines a set there are H = W − 1 − (n − H)/32 hits.
 */
const ofBimodal = (times: number): number => Math.max(0, ((1 - 1 / WAYS) / times - 1 / KEPT_OF) / (1 - 1 / KEPT_OF));
