/**
 * Labels: what a reader must know before believing a figure of a run. Each is a rule over the record alone, so that
 * the same record carries the same labels on the page, in the terminal and in the collection.
 */

import { median } from 'simple-statistics';
import { type Caches, COLD_ROTATION_BYTES, cachesOf, coldFromBytes, isMemoryFigure, mayBeCached } from './caches.ts';
import { isTimedStep } from './decode.ts';
import {
  cacheCurve,
  casesOf,
  clockStepMs,
  memoryShare,
  roundsOf,
  runDrift,
  STEPS_PER_REGION,
  sampleMs,
  streamingGBps,
} from './derive.ts';
import { bytesText, type Figure, figureText, significant } from './figures.ts';
import { type Gpu, gpusNamed } from './gpus.ts';
import type { AdapterInfo, RecordBody, RecordEvent } from './schema.ts';
import { groupBy, MIN_UNITS } from './statistics.ts';

export interface Label {
  readonly id: string;
  readonly title: string;
  /** What was met, and what follows for the reader. */
  readonly reason: string;
}

/** Why samples are set aside that were being taken when the tab was hidden. */
export const HIDDEN_MEANWHILE = 'the tab was hidden meanwhile';

interface LabelRule {
  readonly id: string;
  readonly title: string;
  /** The reason, or undefined where the rule does not apply. */
  applies(record: RecordBody): string | undefined;
}

/** What software adapters call themselves where the browser's own fallback flag is not set. */
const SOFTWARE_ARCHITECTURES = ['swiftshader', 'llvmpipe', 'software', 'warp'];

/** A run became slower or faster where it did by more than this, by the whole of the interval. */
const DRIFTED = 0.03;

/** Vendors round their peaks, to three digits at the worst. */
const PEAK_ROUNDING = 0.02;

/**
 * A matrix–vector product is not bound by memory if its bytes would take less than this share of its time. Real GPUs
 * read and compute at once, so that where memory is the longer of the two the share is near 1: published f16 products
 * reach 0.92 (in WGSL: wgpu-mm) and 0.94 (native: FastGEMV) even of the peak. The rest is for layouts yet to be tuned.
 */
export const BOUND_SHARE = 0.7;

/** Is this adapter a program that imitates a GPU? */
export function isSoftware(adapter: AdapterInfo): boolean {
  const names = [adapter.architecture, adapter.device, adapter.description].map((name) => name.toLowerCase());
  return (
    adapter.isFallbackAdapter ||
    SOFTWARE_ARCHITECTURES.some((software) => names.some((name) => name.includes(software)))
  );
}

/** Kernels and decode steps alike. */
const timedCases = (record: RecordBody) => casesOf(record).flatMap((m) => (m.status === 'measured' ? [m] : []));

const RULES: readonly LabelRule[] = [
  {
    id: 'software-adapter',
    title: 'Software adapter',
    applies: ({ adapter }) =>
      isSoftware(adapter)
        ? `${[adapter.vendor, adapter.architecture].filter(Boolean).join(' ')} runs on the CPU: these figures say nothing about a GPU.`
        : undefined,
  },
  {
    id: 'queue-drain-clock',
    title: 'Timed by the wall clock',
    applies: ({ clock }) => (clock.trusted === 'queue-drain' ? clock.reason : undefined),
  },
  {
    id: 'coarse-clock',
    title: 'Coarse clock',
    applies(record) {
      const { clock } = record;
      // Of most rounds: a stall makes a region longer, and tells no time better.
      const longest = timedCases(record).flatMap(({ samples }) => {
        const rounds = [...groupBy(samples, ({ round }) => round).values()];
        const ofRounds = rounds.map((all) => Math.max(...all.map((s) => sampleMs(s, clock.trusted))));
        return ofRounds.length > 0 ? [median(ofRounds)] : [];
      });
      const stepMs = clockStepMs(clock);
      const shortest = Math.min(...longest);
      return shortest < STEPS_PER_REGION * stepMs
        ? `The clock advances in steps of ${stepMs.toPrecision(3)} ms, and some cases were timed for ${shortest.toPrecision(3)} ms at the most: ${STEPS_PER_REGION} steps are needed to know a time to 0.5 %.`
        : undefined;
    },
  },
  {
    id: 'not-steady',
    title: 'Not steady',
    applies(record) {
      const event = record.events.find(({ kind }) => kind === 'not-steady');
      if (event) return `The warm-up was ${event.detail}: the machine may not have been at its usual speed yet.`;
      const drift = runDrift(record);
      return drift?.ci95 && drift.ci95[1] < -DRIFTED
        ? `Everything took ${Math.round(-100 * drift.value)} % less at the end of the run than at its beginning: the machine was still warming up. Figures are of the mean over the run.`
        : undefined;
    },
  },
  {
    id: 'throttled',
    title: 'Slowed down',
    applies(record) {
      const drift = runDrift(record);
      return drift?.ci95 && drift.ci95[0] > DRIFTED
        ? `Everything took ${Math.round(100 * drift.value)} % longer at the end of the run than at its beginning: heat, or other programs. Figures are of the mean over the run.`
        : undefined;
    },
  },
  {
    id: 'small-rotation',
    title: 'May be cached',
    applies(record) {
      const caches = cachesOf(cacheCurve(record));
      const rotations = record.measurements.filter(isMemoryFigure).map((m) => m.rotationBytes);
      const smallest = Math.min(...rotations);
      return mayBeCached(smallest, caches)
        ? `${cachedReason('A byte was read again', smallest, caches)} Give the run more memory.`
        : undefined;
    },
  },
  {
    id: 'small-model',
    title: 'Decode steps may be cached',
    applies(record) {
      const caches = cachesOf(cacheCurve(record));
      // Claims see to what is cached by themselves.
      const steps = (record.decode ?? []).filter(isTimedStep).filter((m) => !m.case.experiment);
      const small = steps.filter(({ rotationBytes }) => mayBeCached(rotationBytes, caches));
      if (small.length === 0) return undefined;
      const smallest = Math.min(...small.map(({ rotationBytes }) => rotationBytes));
      const again = `In ${small.length} of ${steps.length} decode steps a byte was read again`;
      const remedy = small.some(({ layers }) => layers.distinct < layers.total)
        ? 'Layers used their memory in turn: give the run more.'
        : 'So small a model may stay in a cache when it is served, too: this is its speed, and not that of memory.';
      return `${cachedReason(again, smallest, caches)} ${remedy}`;
    },
  },
  {
    id: 'above-peak',
    title: 'Above its peak',
    applies(record) {
      const streaming = streamingGBps(record);
      const gpu = peakOf(record);
      if (!streaming || !gpu) return undefined;
      const { value, ci95 } = streaming;
      return (ci95?.[0] ?? value) > gpu.gbps * (1 + PEAK_ROUNDING)
        ? `${significant(value)} GB/s is more than the ${gpu.gbps} GB/s that the memory of the ${gpu.name} moves at the most. A cache, memory that is compressed, a clock that runs slowly, or another GPU: until it is known which, believe no figure of this run.`
        : undefined;
    },
  },
  {
    id: 'not-bandwidth-bound',
    title: 'Not bound by bandwidth',
    applies(record) {
      const share = memoryShare(record);
      if (!share?.ci95 || share.ci95[1] >= BOUND_SHARE) return undefined;
      const caches = cachesOf(cacheCurve(record));
      const flat =
        caches?.end === 'memory' && caches.kneeBytes === undefined
          ? ` Nor is ${bytesText(caches.smallestBytes)} read any faster than ${bytesText(caches.largestBytes)}, as it would be from a cache.`
          : '';
      return `The bytes of a matrix–vector product would take ${percent(share)} of its time at the streaming rate. Something else sets its speed, arithmetic or waiting: no GB/s here says what more bandwidth would buy.${flat}`;
    },
  },
  {
    id: 'too-few-samples',
    title: 'Too few samples',
    applies(record) {
      const few = timedCases(record).filter(({ samples }) => roundsOf(samples) < MIN_UNITS).length;
      return few > 0
        ? `${few} of ${casesOf(record).length} cases were seen in fewer than ${MIN_UNITS} rounds and have no interval.`
        : undefined;
    },
  },
  {
    id: 'less-memory',
    title: 'Less memory than asked for',
    applies({ events }) {
      const short = events.filter(({ kind }) => kind === 'out-of-memory');
      return short.length > 0
        ? `The device refused memory: ${short.map(({ detail }) => detail).join('; ')}. The run went on with what there was.`
        : undefined;
    },
  },
  {
    id: 'hidden-tab',
    title: 'Hidden on the way',
    applies(record) {
      const pauses = record.events.filter(({ kind }) => kind === 'hidden').length;
      const spoiled = timedCases(record).flatMap(({ discarded }) =>
        discarded.filter(({ reason }) => reason === HIDDEN_MEANWHILE),
      ).length;
      return pauses > 0
        ? `The tab was hidden ${timesText(pauses)}, and the run paused for as long. ${spoiled} samples that were being taken are kept without weight.`
        : undefined;
    },
  },
  {
    id: 'device-lost',
    title: 'Device lost on the way',
    applies({ events }) {
      const losses = events.filter(({ kind }) => kind === 'lost');
      return losses.length > 0
        ? `The GPU device was lost ${timesText(losses.length)} (${losses[0]?.detail}). A new one was asked for, and what had been measured was kept.`
        : undefined;
    },
  },
  {
    id: 'resumed',
    title: 'In several sessions',
    applies({ events }) {
      const sessions = events.filter(({ kind }) => kind === 'resumed').length + 1;
      return sessions > 1
        ? `The run was cut short and gone on with, in ${sessions} sessions: the machine may have been in another mood in each.`
        : undefined;
    },
  },
  {
    id: 'incomplete',
    title: 'Incomplete',
    applies(record) {
      const end = endedEarly(record);
      return (
        end && `The run ended early: ${end.detail}. What had been measured by then is here; run again for the rest.`
      );
    },
  },
  {
    id: 'wrong-results',
    title: 'Wrong results',
    applies(record) {
      const cases = casesOf(record);
      const wrong = cases.filter(({ status }) => status === 'wrong').length;
      return wrong > 0 ? `${wrong} of ${cases.length} cases computed a wrong result and have no time.` : undefined;
    },
  },
];

/** How a run ended before it was done; undefined where it did not, or was gone on with. */
export function endedEarly({ events }: Pick<RecordBody, 'events'>): RecordEvent | undefined {
  const last = events.filter(({ kind }) => kind === 'cancelled' || kind === 'gave-up' || kind === 'resumed').at(-1);
  return last?.kind === 'resumed' ? undefined : last;
}

const timesText = (n: number): string => (n === 1 ? 'once' : `${n} times`);

/** Every label there is. */
export const LABEL_IDS: readonly string[] = RULES.map(({ id }) => id);

/** `15 % (14 – 16 %)` */
function percent(share: Figure): string {
  const { value, interval } = figureText({ value: share.value, ci95: share.ci95 }, '%', 0.01);
  return `${value} %${interval ? ` (${interval} %)` : ''}`;
}

/** Why a rotation through `bytes` is too little; `what` was read again after them. */
function cachedReason(what: string, bytes: number, caches: Caches | undefined): string {
  const again = `${what} after ${bytesText(bytes)} of others`;
  if (caches?.end === 'falling') {
    return `${again}, and sets of ${bytesText(caches.largestBytes)}, the largest that were tried, were still read more slowly than smaller ones: nothing shows where memory begins.`;
  }
  if (caches?.kneeBytes !== undefined && bytes < coldFromBytes({ ...caches, end: 'memory' })) {
    return `${again}, and sets of up to ${bytesText(caches.kneeBytes)} are read faster than larger ones: only four times as much is certain to come from memory.`;
  }
  const tried = !caches
    ? 'there is no sweep over working sets to tell'
    : caches.end === 'noisy'
      ? 'the sweep over working sets is too noisy to tell'
      : `the sweep over working sets ended at ${bytesText(caches.largestBytes)}`;
  return `${again}, and ${tried}: a cache of up to 256 MB, as GPUs have, is only ruled out from ${bytesText(COLD_ROTATION_BYTES)} on.`;
}

/**
 * The part whose memory was measured, by what was reported, or else by what the adapter says; the fastest that it may
 * be.
 */
function peakOf({ reported, adapter }: RecordBody): Gpu | undefined {
  return [reported.gpu ?? '', adapter.description, adapter.device].flatMap(gpusNamed)[0];
}

/** The labels of a record, or of a run so far. */
export function labelsOf(record: RecordBody): Label[] {
  return RULES.flatMap(({ id, title, applies }) => {
    const reason = applies(record);
    return reason === undefined ? [] : [{ id, title, reason }];
  });
}
