/**
 * Labels of coherence: where what a record claims of itself disagrees with its own samples. They find mistakes, broken
 * clocks and careless forgeries. Whoever reads these rules can forge a record that keeps to them.
 */

import { oddAdapter, otherGpu } from '../coherence/adapter.ts';
import { lostTime, oddTimes } from '../coherence/times.ts';
import { missingMs, oddRounds, overlaps } from '../coherence/visits.ts';
import { notVerified, oddBytes } from '../coherence/work.ts';
import { readLine, streamingGBps } from '../derived/derive.ts';
import { isSoftware } from '../machine/identity.ts';
import { isPublished } from '../reference/builds.ts';
import { significant } from '../text/figures.ts';
import type { LabelRule } from './label.ts';

export const COHERENCE: readonly LabelRule[] = [
  {
    id: 'unpublished-build',
    title: 'Unpublished build',
    applies(record, { isOwn } = {}) {
      const { harness } = record;
      return isPublished(harness) || isOwn?.(record)
        ? undefined
        : `Version ${harness.version}, ${harness.commit ? `commit ${harness.commit.slice(0, 8)}` : 'no commit'} and kernels ${harness.kernels.slice(0, 8)} are together those of no build that HBMark has published, nor of this one. It was built from other sources, or ran a choice of kernels: nobody can tell by this record what was measured.`;
    },
  },
  {
    id: 'odd-date',
    title: 'Impossible date',
    applies({ created }, { nowMs = Date.now() } = {}) {
      const at = Date.parse(created);
      if (at >= FIRST_RUN && at <= nowMs + CLOCKS_APART_MS) return undefined;
      const why = at < FIRST_RUN ? 'before HBMark could measure' : 'which is yet to come';
      return `The record says that it was made on ${created.slice(0, 10)}, ${why}. The date of that machine or of this one is wrong, or the record was changed.`;
    },
  },
  {
    id: 'other-gpu',
    title: 'Not the GPU that it is called',
    applies: otherGpu,
  },
  {
    id: 'odd-adapter',
    title: 'Impossible adapter',
    applies(record) {
      const why = oddAdapter(record);
      return why && `${why} So the adapter is not what the record says, and its figures are of something else.`;
    },
  },
  {
    id: 'odd-times',
    title: 'Times that no clock shows',
    applies(record) {
      const why = oddTimes(record);
      return why && `${why} Clocks show no such times: they were changed or made up, and so is every figure of them.`;
    },
  },
  {
    id: 'lost-time',
    title: 'Time is missing',
    applies(record) {
      const why = lostTime(record);
      return (
        why &&
        `${why} Either other programs kept the machine from measuring, or times were made shorter than they were.`
      );
    },
  },
  {
    id: 'overlapping-regions',
    title: 'Regions overlap',
    applies(record) {
      const overlap = overlaps(record);
      return overlap
        ? `${overlap.count} of ${overlap.of} timed regions began before the one before them had ended. A run times one after the other: the times were changed or made up.`
        : undefined;
    },
  },
  {
    id: 'odd-rounds',
    title: 'Rounds that no run makes',
    applies(record) {
      const why = oddRounds(record);
      return why && `${why} A run visits its cases round by round: samples were moved or left out.`;
    },
  },
  {
    id: 'missing-cases',
    title: 'Cases are missing',
    applies(record) {
      const ms = missingMs(record);
      return ms === undefined
        ? undefined
        : `In most rounds, ${significant(ms, 2)} ms or more passed in which nothing was timed, in a different place each round, as if a case were visited that is not in the record. It may have been the slowest.`;
    },
  },
  {
    id: 'odd-bytes',
    title: 'More bytes than there were',
    applies(record) {
      const why = oddBytes(record);
      return why && `${why} So its bytes per second are too many.`;
    },
  },
  {
    id: 'not-verified',
    title: 'Not verified',
    applies(record) {
      const why = notVerified(record);
      return why && `${why} Nothing shows that the kernels computed anything.`;
    },
  },
  {
    id: 'probe-differs',
    title: 'First look and figures disagree',
    applies(record) {
      const gbps = streamingGBps(record)?.value;
      if (gbps === undefined) return undefined;
      const { probeGBps } = record.plan;
      const above = MAX_OVER_PROBE[isSoftware(record.adapter) ? 'software' : 'gpu'];
      // The first look's dispatches have their launches in them, which the line has not.
      const launchMs = Math.max(0, readLine(record)?.launchMs.value ?? 0);
      const lookedGBps = FIRST_LOOK_BYTES / (launchMs * 1e6 + FIRST_LOOK_BYTES / gbps);
      if (lookedGBps <= above * probeGBps && probeGBps <= MAX_OVER_STREAM * gbps) return undefined;
      return `Memory was read at ${significant(probeGBps)} GB/s when the cases were planned, and at ${significant(gbps)} GB/s when they were timed. Another program was busy in one of them, memory is uneven, or one of the figures was changed.`;
    },
  },
];

/** The day of the first run of HBMark that left a record. */
const FIRST_RUN = Date.parse('2026-11-20T00:00:00Z');

/** Two clocks may differ by a day: time zones that are set wrongly are the usual cause. */
const CLOCKS_APART_MS = 24 * 3600 * 1000;

/**
 * The streaming rate may be above the first look's by this factor, of a GPU and of a program on the CPU: a cold machine,
 * a layout that was raced since, and other programs, which take turns with a program on the CPU.
 */
const MAX_OVER_PROBE = { gpu: 2, software: 4 };

/** The least that a dispatch of the first look reads, in bytes. */
const FIRST_LOOK_BYTES = 2 ** 24;

/** The first look's rate may be above the streaming rate by this factor: other programs on a software adapter. */
const MAX_OVER_STREAM = 6;
