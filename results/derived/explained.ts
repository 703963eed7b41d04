/**
 * Where the time of a decode step goes, from the times of steps to which dispatches were added. docs/explain.md says what
 * each part is, what is measured of it and what is derived, and where it is not known.
 */

import { median, sum } from 'simple-statistics';
import { groupBy } from '../lists.ts';
import { bytesMoved } from '../record/cases.ts';
import type {
  ClockInfo,
  DecodeMeasured,
  ExplainedKernel,
  ExplainedMeasured,
  RecordBody,
  Sample,
} from '../record/schema.ts';
import { type Estimate, estimate, MIN_UNITS, REPLICATES, randomSource, shuffled, widened } from '../statistics.ts';
import { stepBytes, stepFigures } from './decode.ts';
import { impossibility, sampleMs, streamingGBps } from './derive.ts';
import { coldFrom } from './headline.ts';
import { PARTS, type PartId } from './step-parts.ts';

/** The parts in ms. Undefined: a part is not measured, and lies in the rest. */
export type Parts<T = Estimate> = Readonly<Record<PartId, T | undefined>>;

/** A kernel of the step. */
export interface KernelTime {
  readonly of: ExplainedKernel;
  /** The time of all its dispatches in a step, in ms. */
  readonly ms: Estimate;
  /** Its share of the step. */
  readonly share: Estimate;
  readonly parts: Parts;
  /** Whether a cache may have held what the added dispatches streamed: its time may be too short then. */
  readonly mayBeCached: boolean;
}

export interface Explanation {
  /** The time of the step, in ms. */
  readonly stepMs: Estimate;
  /** The read bandwidth that bytes are divided by, in GB/s. Undefined: the run has none. */
  readonly gbps: Estimate | undefined;
  readonly parts: Parts;
  /** The kernels, the longest time first. */
  readonly kernels: readonly KernelTime[];
  /** What no kernel takes, in ms: the step without the sum of its kernels. It lies in the rest. */
  readonly between: Estimate;
  /** The time of one empty dispatch, in ms. */
  readonly launchMs: Estimate;
  readonly rounds: number;
}

/**
 * A value, then its replicates. All figures of an explanation are computed draw by draw: what two of them have in common,
 * such as the plain step, is in their sums and differences as well.
 */
type Draws = readonly number[];

/** Explains a step. Undefined: the record does not, or has no whole round. */
export function explanationOf(
  m: DecodeMeasured,
  record: Pick<RecordBody, 'clock' | 'measurements'>,
): Explanation | undefined {
  const { explained } = m;
  const { clock } = record;
  const figures = stepFigures(m, clock.trusted);
  if (explained?.status !== 'measured' || !figures) return undefined;
  const rounds = roundsIn(explained, clock);
  const n = rounds.length;
  if (n === 0) return undefined;
  const estimateOf = ([value = Number.NaN, ...replicates]: Draws) => estimate(value, replicates, n);
  const partsOf = (draws: Parts<Draws>) =>
    Object.fromEntries(PARTS.map((id) => [id, draws[id] && estimateOf(draws[id])])) as Parts;

  const drawn = drawsOf(rounds);
  const gbps = streamingGBps(record);
  const msOf = gbps && drawsOfEstimate(gbps, SEEDS.gbps).map((rate) => (rate > 0 ? 1 / rate / 1e6 : Number.NaN));
  const bytesMs = (bytes: number): Draws | undefined => msOf?.map((ms) => ms * bytes);
  const step = drawsOfEstimate(figures.stepMs, SEEDS.step);
  const coldBytes = coldFrom(record);
  const kernels = explained.kernels.map((of, i) => {
    const times = drawn.kernels[i] as KernelDraws;
    return { of, whole: times.whole, parts: kernelParts(of, times, drawn.empty, bytesMs(bytesMoved(of.work))) };
  });
  const totalOf = (id: PartId) => summed(kernels.flatMap(({ parts }) => (parts[id] ? [parts[id]] : [])));
  const parts = withRest(step, {
    bytes: bytesMs(stepBytes(m)),
    arithmetic: totalOf('arithmetic'),
    launch: drawn.empty.map((ms) => ms * m.dispatches),
    tail: totalOf('tail'),
  });
  return {
    ...{ stepMs: figures.stepMs, gbps, rounds: n },
    parts: partsOf(parts),
    kernels: kernels
      .map(({ of, whole, parts }) => ({
        ...{ of, parts: partsOf(parts), ms: estimateOf(whole) },
        share: estimateOf(whole.map((ms, i) => ms / (step[i] as number))),
        mayBeCached: of.rotationBytes > 0 && of.rotationBytes < coldBytes,
      }))
      .sort((a, b) => b.ms.value - a.ms.value),
    between: estimateOf(minus(step, summed(kernels.map(({ whole }) => whole)) ?? [])),
    launchMs: estimateOf(drawn.empty),
  };
}

/** The parts with their rest: what is left of `whole`. So they add up to it. */
function withRest(whole: Draws, known: Omit<Parts<Draws>, 'rest'>): Parts<Draws> {
  const all = Object.values(known).filter((draws) => draws !== undefined);
  return { ...known, rest: minus(whole, summed(all) ?? []) };
}

/** The parts of the time of a kernel's dispatches in a step. */
function kernelParts(
  { dispatches, workgroups }: ExplainedKernel,
  { whole, half, unread }: KernelDraws,
  empty: Draws,
  bytes: Draws | undefined,
): Parts<Draws> {
  const launch = empty.map((ms) => ms * dispatches);
  // The line of time over workgroups, through half of them and all, at none.
  const slopes = workgroups / (workgroups - Math.floor(workgroups / 2));
  const fixed = half ? whole.map((ms, i) => ms - (ms - at(half, i)) * slopes) : whole;
  const grows = minus(whole, fixed);
  // A dispatch that is too small to fill the GPU streams while it starts: then only what is beyond its bytes is a tail.
  const isSmall = bytes !== undefined && isAbove(bytes, grows);
  const tail = minus(isSmall ? minus(whole, bytes) : fixed, launch);
  const computes = unread && minus(unread, fixed);
  const arithmetic = bytes && computes && (isAbove(computes, bytes) ? minus(computes, bytes) : computes.map(() => 0));
  return withRest(whole, { bytes, arithmetic, launch, tail });
}

/** Whether `a` is above `b` by the whole interval. Chance alone would decide in favour of the larger of two that are alike. */
const isAbove = (a: Draws, b: Draws): boolean => {
  const [value = 0, ...replicates] = minus(a, b);
  const { ci95 } = estimate(value, replicates, MIN_UNITS);
  return ci95 !== null && ci95[0] > 0;
};

const at = (draws: Draws | undefined, i: number): number => draws?.[i] ?? 0;

const minus = (a: Draws, b: Draws): Draws => a.map((value, i) => value - at(b, i));

/** The sum, draw by draw; undefined of none. */
const summed = (all: readonly Draws[]): Draws | undefined =>
  all[0]?.map((_, i) => sum(all.map((draws) => at(draws, i))));

/** The time of a kernel's dispatches in a step, in ms: whole, with half their workgroups, and with nothing read. */
interface KernelTimes<T> {
  readonly whole: T;
  readonly half: T | undefined;
  readonly unread: T | undefined;
}

type KernelDraws = KernelTimes<Draws>;

/** What the differences of a round give, in ms. */
interface RoundTimes<T> {
  /** The time of one empty dispatch. */
  readonly empty: T;
  readonly kernels: readonly KernelTimes<T>[];
}

/** The rounds in which every chain has a time. */
function roundsIn(explained: ExplainedMeasured, clock: ClockInfo): RoundTimes<number>[] {
  const byRound = (samples: readonly Sample[]) =>
    groupBy(
      samples.filter((sample) => impossibility(sample, clock.trusted, clock.wallQuantumMs) === undefined),
      ({ round }) => round,
    );
  const plain = byRound(explained.plain);
  const lists = new Map<readonly Sample[], Map<number, Sample[]>>();
  /** By how much a step of a round is longer with what was added, in ms, for each of `added`. */
  const longer = (samples: readonly Sample[], round: number, added: number): number => {
    const known = lists.get(samples) ?? byRound(samples);
    lists.set(samples, known);
    const [first] = known.get(round) ?? [];
    const alike = (plain.get(round) ?? []).filter(({ dispatches }) => dispatches === first?.dispatches);
    if (!first || alike.length === 0) return Number.NaN;
    const plainMs = median(alike.map((sample) => sampleMs(sample, clock.trusted)));
    return (sampleMs(first, clock.trusted) - plainMs) / first.dispatches / added;
  };
  return [...plain.keys()]
    .map((round) => ({
      empty: longer(explained.empty.samples, round, explained.empty.added),
      kernels: explained.kernels.map(({ added, whole, half, unread }) => ({
        whole: longer(whole, round, added),
        half: half && longer(half, round, added),
        unread: unread && longer(unread, round, added),
      })),
    }))
    .filter(({ empty, kernels }) =>
      [empty, ...kernels.flatMap(({ whole, half = 0, unread = 0 }) => [whole, half, unread])].every(Number.isFinite),
    );
}

/** Seeds of the orders of replicates. */
const SEEDS = { rounds: 11, step: 12, gbps: 13 } as const;

/**
 * The medians over the rounds, then those over rounds drawn with replacement, widened as few of them need it
 * (`widened` in statistics.ts). A stall is in one round alone, and does not move the median.
 */
function drawsOf(rounds: readonly RoundTimes<number>[]): RoundTimes<Draws> {
  const random = randomSource(SEEDS.rounds);
  const all = rounds.map((_, i) => i);
  const drawn = Array.from({ length: REPLICATES }, () => all.map(() => random.below(all.length)));
  const drawsOver = (valueIn: (round: RoundTimes<number>) => number): Draws => {
    const values = rounds.map(valueIn);
    const over = (some: readonly number[]) => median(some.map((i) => values[i] as number));
    const value = over(all);
    return [value, ...drawn.map((some) => widened(over(some), value, all.length))];
  };
  const [first] = rounds;
  return {
    empty: drawsOver(({ empty }) => empty),
    kernels: (first?.kernels ?? []).map(({ half, unread }, i) => {
      const of = (way: keyof KernelTimes<number>) => drawsOver(({ kernels }) => kernels[i]?.[way] ?? Number.NaN);
      return {
        whole: of('whole'),
        half: half === undefined ? undefined : of('half'),
        unread: unread === undefined ? undefined : of('unread'),
      };
    }),
  };
}

/** The draws of a figure that is independent of all others. */
const drawsOfEstimate = ({ value, replicates }: Estimate, seed: number): Draws => [
  value,
  ...shuffled(replicates, randomSource(seed)),
];
