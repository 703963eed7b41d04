/** Whether the visits of a record's cases are such as a run makes: one after the other, round by round, none left out. */

import { groupBy, minOf } from '../lists.ts';
import { timedCases } from '../record/cases.ts';
import type { Measured, RecordBody, Sample } from '../record/schema.ts';

/** The share of regions that may overlap: a clock that is set while it runs moves one or two. */
const FEW = 0.01;

/** Counts regions that began before the one before them ended. Undefined: few did. */
export function overlaps(record: RecordBody): { readonly count: number; readonly of: number } | undefined {
  const all = inOrder(record);
  // Times are rounded to the clock's step at both ends.
  const slackMs = 2 * record.clock.wallQuantumMs + 1e-3;
  const count = all.filter((sample, i) => {
    const before = all[i - 1];
    return before !== undefined && before.atMs + before.wallMs > sample.atMs + slackMs;
  }).length;
  return count > FEW * all.length ? { count, of: all.length } : undefined;
}

/** All timed regions in the order in which they began, discarded ones included. */
const inOrder = (record: RecordBody): Sample[] =>
  timedCases(record)
    .flatMap((m): Sample[] => [...m.samples, ...m.discarded])
    .sort((a, b) => a.atMs - b.atMs);

/** The minimum of rounds in which time is missing, and their share of all rounds. */
const [MIN_MISSED, MOST_ROUNDS] = [4, 0.75];

/** Times that are missing are this many times as long as any other wait of their round: waits on a busy machine are of all lengths. */
const STANDS_OUT = 4;

/**
 * The time that is missing in most rounds: the minimum of the waits between two cases that stand out, beyond what the
 * case before the wait always takes, for the check of its output. A case that was removed leaves the time of its visit, after
 * another case each round, since rounds are shuffled. Undefined where no such time is missing.
 */
export function missingMs(record: RecordBody): number | undefined {
  const visits = visitsOf(record);
  const typicalMs = visits.map(({ ms }) => ms).sort((a, b) => a - b)[Math.floor(visits.length / 2)] ?? 0;
  const waits = visits.slice(0, -1).flatMap(({ of, round, endMs }, i) => {
    const next = visits[i + 1];
    return next?.round === round ? [{ of, round, ms: next.startMs - endMs }] : [];
  });
  const own = new Map([...groupBy(waits, ({ of }) => of)].map(([of, all]) => [of, leastOf(all)]));
  const perRound = [...groupBy(waits, ({ round }) => round).values()].filter((all) => all.length > 1);
  const missed = perRound.map((all) => {
    const beyond = all.map(({ of, ms }) => ({ of, ms: ms - (own.get(of) ?? 0) })).sort((a, b) => b.ms - a.ms);
    const long = beyond.filter(({ ms }) => ms > typicalMs / 2);
    const [first, last, other] = [long[0], long.at(-1), beyond[long.length]];
    const standsOut = first && last && last.ms >= STANDS_OUT * (other?.ms ?? 0);
    return { round: all[0]?.round ?? 0, missed: standsOut ? [{ of: first.of, ms: last.ms }] : [] };
  });
  // A case of a later wave is missing from that wave's rounds only.
  const starts = [...new Set([...groupBy(visits, ({ of }) => of).values()].map((all) => all[0]?.round ?? 0))];
  for (const start of starts) {
    const end = Math.min(...starts.filter((other) => other > start), Number.POSITIVE_INFINITY);
    const wave = missed.filter(({ round }) => round >= start && round < end);
    const found = wave.flatMap((one) => one.missed).sort((a, b) => a.ms - b.ms);
    const places = new Set(found.map(({ of }) => of)).size;
    if (found.length >= MIN_MISSED && found.length >= MOST_ROUNDS * wave.length && places > 1) return found[0]?.ms;
  }
  return undefined;
}

const leastOf = (waits: readonly { readonly ms: number }[]): number =>
  waits.reduce((least, { ms }) => Math.min(least, ms), Number.POSITIVE_INFINITY);

/** A visit of a case in a round. */
interface Visit {
  /** The index of the case. */
  readonly of: number;
  readonly round: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly ms: number;
}

/** The visits of kernels' cases in the order in which they began. */
function visitsOf({ measurements }: RecordBody): Visit[] {
  return measurements
    .flatMap((m, of) =>
      m.status !== 'measured'
        ? []
        : [...groupBy([...m.samples, ...m.discarded], ({ round }) => round)].map(([round, samples]): Visit => {
            const startMs = samples.reduce((least, { atMs }) => Math.min(least, atMs), Number.POSITIVE_INFINITY);
            const endMs = samples.reduce((most, { atMs, wallMs }) => Math.max(most, atMs + wallMs), 0);
            return { of, round, startMs, endMs, ms: endMs - startMs };
          }),
    )
    .sort((a, b) => a.startMs - b.startMs);
}

/** Says which round of a case no run could have made, or has left out. */
export const oddRounds = (record: RecordBody): string | undefined => shuffledRounds(record) ?? roundsLeftOut(record);

/** Says that a later round was timed before an earlier one. */
function shuffledRounds(record: RecordBody): string | undefined {
  // The rounds of all kernels are one after the other, and those of each decode step.
  const lists = [measuredIn(record), ...(record.decode ?? []).map((m) => (m.status === 'measured' ? [m] : []))];
  for (const cases of lists) {
    const samples = cases
      .flatMap((m): Sample[] => [...m.samples, ...m.discarded])
      .sort((a, b) => a.atMs - b.atMs || a.round - b.round);
    const before = samples.find((sample, i) => sample.round > (samples[i + 1]?.round ?? sample.round));
    if (before) return `Samples of round ${before.round} were taken before those of an earlier round.`;
  }
  return undefined;
}

/** Says which visit of a case has no sample, though there was one before and one after it. */
function roundsLeftOut(record: RecordBody): string | undefined {
  const cases = measuredIn(record).map((m) => ({
    kernel: m.case.kernel,
    rounds: new Set([...m.samples, ...m.discarded].map(({ round }) => round)),
    checked: m.checks.map(({ round }) => round),
  }));
  for (const { kernel, rounds, checked } of cases) {
    const bare = checked.find((round) => !rounds.has(round));
    if (bare !== undefined) return `The output of ${kernel} was checked in round ${bare}, of which it has no sample.`;
  }
  // A device that was lost, and a session that ended, leave rounds out.
  if (record.events.some(({ kind }) => kind === 'lost' || kind === 'resumed')) return undefined;
  const firsts = new Set(cases.map(({ rounds }) => minOf(rounds)));
  for (const { kernel, rounds } of cases) {
    const sorted = [...rounds].sort((a, b) => a - b);
    // A case rests while cases of another wave begin, or from when it is settled until those of the next one do.
    const left = sorted.find((round, i) => {
      const next = sorted[i + 1] ?? round + 1;
      return next > round + 1 && !firsts.has(round + 1) && !firsts.has(next);
    });
    if (left !== undefined) return `${kernel} was visited in round ${left} and later, and not in round ${left + 1}.`;
  }
  return undefined;
}

const measuredIn = ({ measurements }: RecordBody): Measured[] =>
  measurements.filter((m): m is Measured => m.status === 'measured');
