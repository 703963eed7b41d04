/** Whether the times of regions are such as the record's clocks can show, and such as machines take. */

import { median } from 'simple-statistics';
import { clockStepMs, sampleMs } from '../derived/derive.ts';
import { groupBy, maxOf, minOf } from '../lists.ts';
import { timedCases } from '../record/cases.ts';
import type { DecodeMeasured, Measured, RecordBody, Sample } from '../record/schema.ts';
import { significant } from '../text/figures.ts';

type Timed = Measured | DecodeMeasured;

/** Says why the times of regions are none that the record's clocks can show. */
export const oddTimes = (record: RecordBody): string | undefined =>
  offGrid(record) ?? constantDelay(record) ?? twins(record) ?? sameRates(record) ?? still(record);

/**
 * Says where time passed beside regions that they do not account for, in all regions of a case. Times that were made
 * shorter leave it. A host that other programs keep busy may leave it as well: lavapipe at a load of 12 times its cores
 * did (seen once).
 */
export const lostTime = (record: RecordBody): string | undefined => clocksApart(record) ?? idleTime(record);

/** The share of odd times from which they are no chance. */
const MOST = 0.5;

/** A time lies on a grid if it is off by no more than this many steps: times are floating-point numbers. */
const ON_GRID = 0.02;

/** Says that timestamps are no whole nanoseconds, or lie between the steps in which they advance. */
function offGrid(record: RecordBody): string | undefined {
  const samples = timedCases(record).flatMap((m) => m.samples);
  const stamps = [...samples, ...record.clock.readings].flatMap(({ gpuMs }) => (gpuMs === null ? [] : [gpuMs * 1e6]));
  const off = (stepNs: number) => stamps.filter((ns) => Math.abs(ns / stepNs - Math.round(ns / stepNs)) > ON_GRID);
  // Timestamps are whole nanoseconds (https://gpuweb.github.io/gpuweb/#timestamp).
  const broken = off(1).length;
  if (broken > 0) return `${broken} of ${stamps.length} times by timestamps are no whole number of nanoseconds.`;
  const { timestampQuantumNs } = record.clock;
  // Few stamps may have a larger step in common than the clock's, by chance: twice, or four times.
  const stepNs = (timestampQuantumNs ?? 0) / 4;
  const between = stepNs > 1 ? off(stepNs).length : 0;
  return between > MOST * stamps.length
    ? `Timestamps advance in steps of ${timestampQuantumNs} ns here, and ${between} of ${stamps.length} times lie between two steps.`
    : undefined;
}

/** Samples of fewer than this many say nothing of how a time varies. */
const MIN_ALIKE = 8;

/** Says that the wall clock followed the timestamps at one distance, as no host can. */
function constantDelay(record: RecordBody): string | undefined {
  const cases = timedCases(record).filter(
    ({ samples }) => samples.length >= MIN_ALIKE && samples.every(({ gpuMs }) => gpuMs !== null),
  );
  const constant = cases.filter(({ samples }) => {
    const delays = samples.map(({ wallMs, gpuMs }) => (wallMs - (gpuMs ?? 0)).toFixed(6));
    return 2 * new Set(delays).size <= delays.length;
  }).length;
  return constant > MOST * cases.length
    ? `In ${constant} of ${cases.length} cases the host learned of most ends after the same time, to the nanosecond.`
    : undefined;
}

/** The least disturbed sample of a case may have this share of its time more by another clock: clocks agree to 0.1. */
const APART = 0.3;

/** A region that shows this is at least this long, in ms, and has this many steps of the wall clock and of completion. */
const [MIN_SHOWING_MS, SHOWING_STEPS] = [5, 5];

/** A case has this many such regions. Decode steps that take seconds have two in each of three rounds. */
const MIN_SHOWING = 6;

/** The pre-roll may take this many times as long as its dispatches in the region after it: the GPU's clocks rise in it. */
const PRE_ROLL = 1.25;

/** After a pre-roll, only regions of at least this share of the longest show it: the pre-roll is the smaller part of them. */
const LONG = 0.75;

/** The host records a dispatch, or prepares it, in less than this, in ms: it took 0.6 – 1.9 µs to record (seen in Dawn). */
const [RECORD_MS, PREPARE_MS] = [0.004, 0.006];

const showingMs = ({ clock: { wallQuantumMs, completionMs, emptySubmissionMs } }: RecordBody): number =>
  Math.max(MIN_SHOWING_MS, SHOWING_STEPS * Math.max(wallQuantumMs, completionMs ?? emptySubmissionMs));

/** The smallest of some shares, of which there must be enough. */
const leastOf = (shares: readonly number[]): number => (shares.length >= MIN_SHOWING ? minOf(shares) : 0);

/**
 * Says that the wall clock saw every region of a case take longer than the timestamps did. What delays a host only adds
 * to some of the wall times.
 */
function clocksApart(record: RecordBody): string | undefined {
  if (record.clock.trusted !== 'timestamp-query') return undefined;
  const minMs = showingMs(record);
  for (const m of timedCases(record)) {
    const before = 'dispatches' in m ? m.preRollSteps : m.preRollDispatches;
    const longMs = before === 0 ? 0 : LONG * maxOf(m.samples.map(({ gpuMs }) => gpuMs ?? 0));
    const more = m.samples.flatMap(({ gpuMs, wallMs, dispatches }) => {
      if (gpuMs === null || gpuMs < Math.max(minMs, longMs)) return [];
      const preRollMs = PRE_ROLL * before * (gpuMs / dispatches);
      const recordMs = RECORD_MS * dispatchesOf(m) * (dispatches + before);
      return [(wallMs - gpuMs - preRollMs - recordMs) / gpuMs];
    });
    const least = leastOf(more);
    if (least > APART) {
      return `All regions of ${nameOf(m)} took at least ${significant(1 + least, 2)} times as long by the wall clock as by the timestamps that the run trusts.`;
    }
  }
  return undefined;
}

/** Says that after every region of a case time passed in proportion to it, as if it had been longer than it says. */
function idleTime(record: RecordBody): string | undefined {
  const minMs = showingMs(record);
  for (const m of timedCases(record)) {
    // The results of a step's longest region are read back before the next region.
    const longest = 'dispatches' in m ? maxOf(m.samples.map(({ dispatches }) => dispatches)) : Number.POSITIVE_INFINITY;
    const idle = visitsOf([...m.samples, ...m.discarded]).flatMap((visit) =>
      visit.flatMap(({ atMs, wallMs, dispatches }, i) => {
        const next = visit[i + 1];
        if (!next || wallMs < minMs || dispatches >= longest) return [];
        return [(next.atMs - atMs - wallMs - PREPARE_MS * dispatchesOf(m) * dispatches) / wallMs];
      }),
    );
    const least = leastOf(idle);
    if (least > APART) {
      return `After every region of ${nameOf(m)}, at least ${significant(least, 2)} times its own time passed with nothing timed, as if regions had been longer than they say.`;
    }
  }
  return undefined;
}

/** A time of at least this many steps is fine: that two are the same to the step is a rare chance. */
const FINE_STEPS = 2e5;

/** So many times that are no further apart than this show a coarse clock. */
const [MANY_NEAR, NEAR_NS] = [0.02, 2.5];

/** Says that most times of a case are those of other samples to the last step. */
function twins(record: RecordBody): string | undefined {
  const stepNs = record.clock.timestampQuantumNs ?? Number.POSITIVE_INFINITY;
  const timed = timedCases(record);
  const fineIn = (m: Timed) =>
    m.samples.flatMap(({ gpuMs }) => (gpuMs !== null && gpuMs * 1e6 >= FINE_STEPS * stepNs ? [gpuMs] : []));
  const all = timed.flatMap(fineIn);
  const distinct = [...new Set(all)].sort((a, b) => a - b);
  // A coarse step that is no whole number of ns leaves times a nanosecond apart, and looks fine.
  const near = distinct.filter((ms, i) => (ms - (distinct[i - 1] ?? 0)) * 1e6 < NEAR_NS).length;
  if (near > MANY_NEAR * distinct.length) return undefined;
  const counts = new Map<number, number>();
  for (const ms of all) counts.set(ms, (counts.get(ms) ?? 0) + 1);
  for (const m of timed) {
    const fine = fineIn(m);
    const alike = fine.filter((ms) => (counts.get(ms) ?? 0) > 1).length;
    if (fine.length >= MIN_ALIKE && alike > MOST * fine.length) {
      return `${alike} of ${fine.length} times of ${nameOf(m)} are those of other regions, to the last step of the clock.`;
    }
  }
  return undefined;
}

/** Where so many visits, and this share of all, have two regions of one rate, the rate of one was given to the other. */
const [MIN_SAME, SAME] = [8, 0.3];

/** Says that in many visits regions of two lengths took the same time per dispatch, to the last step of the clock. */
function sameRates(record: RecordBody): string | undefined {
  const stepMs = (record.clock.timestampQuantumNs ?? Number.POSITIVE_INFINITY) / 1e6;
  const visits = timedCases(record).flatMap((m) =>
    visitsOf(m.samples).flatMap((visit) => {
      const fine = visit.flatMap(({ gpuMs, dispatches }) =>
        gpuMs !== null && gpuMs >= FINE_STEPS * stepMs ? [{ rate: gpuMs / dispatches, dispatches }] : [],
      );
      return fine.length >= 2 ? [fine.sort((a, b) => a.rate - b.rate)] : [];
    }),
  );
  const same = visits.filter((regions) =>
    regions.some(({ rate, dispatches }, i) => {
      const next = regions[i + 1];
      // Each of the two was rounded to a step.
      const off = (stepMs / dispatches + stepMs / (next?.dispatches ?? 1)) / 2;
      return next !== undefined && next.dispatches !== dispatches && next.rate - rate <= off;
    }),
  ).length;
  return same >= MIN_SAME && same > SAME * visits.length
    ? `In ${same} of ${visits.length} visits, regions of two lengths took the same time per dispatch, to the last step of the clock.`
    : undefined;
}

/** A machine whose times vary by less than this share stands still. No machine does. */
const STILL = 1e-6;

/** Says that the times of most cases have no noise. */
function still(record: RecordBody): string | undefined {
  const { trusted } = record.clock;
  const stepMs = clockStepMs(record.clock);
  const cases = timedCases(record).flatMap(({ samples }) => {
    const points = samples
      .map((sample) => ({ x: sample.dispatches, y: sampleMs(sample, trusted) }))
      .filter(({ y }) => stepMs <= (STILL / 2) * y);
    return points.length >= MIN_ALIKE ? [points] : [];
  });
  const without = cases.filter((points) => {
    const [x, y] = [meanOf(points, (p) => p.x), meanOf(points, (p) => p.y)];
    const spread = meanOf(points, (p) => (p.x - x) ** 2);
    const slope = spread > 0 ? meanOf(points, (p) => (p.x - x) * (p.y - y)) / spread : 0;
    return median(points.map((p) => Math.abs(p.y - y - slope * (p.x - x)) / p.y)) < STILL;
  }).length;
  return cases.length > 0 && without > MOST * cases.length
    ? `The times of ${without} of ${cases.length} cases lie on one line, without any noise.`
    : undefined;
}

const meanOf = <T>(items: readonly T[], of: (item: T) => number): number =>
  items.reduce((total, item) => total + of(item), 0) / items.length;

/** The dispatches of a unit of a case: a decode step has many. */
const dispatchesOf = (m: Timed): number => ('dispatches' in m ? m.dispatches : 1);

/** The samples of each visit with at least two, in the order in which they were taken. */
const visitsOf = (samples: readonly Sample[]): Sample[][] =>
  [...groupBy(samples, ({ round }) => round).values()]
    .filter((visit) => visit.length >= 2)
    .map((visit) => [...visit].sort((a, b) => a.atMs - b.atMs));

const nameOf = (m: Timed): string => ('dispatches' in m ? `a decode step of ${m.case.model}` : m.case.kernel);
