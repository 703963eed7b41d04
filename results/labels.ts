/**
 * Labels: what a reader must know before believing a figure of a run. Each is a rule over the record alone, so a record
 * has the same labels on the page, in the terminal and in the collection.
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
import { bytesText, percentText, significant } from './figures.ts';
import { type GpuSpec, gpusNamed } from './gpus.ts';
import type { AdapterInfo, RecordBody, RecordEvent } from './schema.ts';
import { groupBy, MIN_UNITS } from './statistics.ts';

export interface Label {
  readonly id: string;
  readonly title: string;
  /** What was found, and what follows for the reader. */
  readonly reason: string;
}

/** The reason of samples that were discarded because the tab was hidden. Records hold this text: it must not change. */
export const HIDDEN_MEANWHILE = 'the tab was hidden meanwhile';

interface LabelRule {
  readonly id: string;
  readonly title: string;
  /** Returns the reason, or undefined where the rule does not apply. */
  applies(record: RecordBody): string | undefined;
}

/** Names by which software adapters are known where the browser does not set its fallback flag. */
const SOFTWARE_ARCHITECTURES = ['swiftshader', 'llvmpipe', 'software', 'warp'];

/** Minimum drift for a label, relative; the whole interval must lie beyond it. */
const DRIFTED = 0.03;

/** Tolerance above a peak, relative: vendors round their peaks to as few as three digits. */
const PEAK_ROUNDING = 0.02;

/**
 * Minimum memory share of a matrix–vector product that is bound by memory. GPUs read and compute at once, so the share
 * is near 1 where memory takes longer: published f16 products reach 0.92 (in WGSL: wgpu-mm) and 0.94 (native: FastGEMV)
 * even of the peak. The rest is tolerance for layouts that are not tuned yet.
 */
export const BOUND_SHARE = 0.7;

/** Whether an adapter is a program that imitates a GPU on the CPU. */
export function isSoftware(adapter: AdapterInfo): boolean {
  const names = [adapter.architecture, adapter.device, adapter.description].map((name) => name.toLowerCase());
  return (
    adapter.isFallbackAdapter ||
    SOFTWARE_ARCHITECTURES.some((software) => names.some((name) => name.includes(software)))
  );
}

/** All cases with a time: kernels and decode steps. */
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
      // The median over rounds, since a stall makes a region longer but its time no more precise.
      const longest = timedCases(record).flatMap(({ samples }) => {
        const rounds = [...groupBy(samples, ({ round }) => round).values()];
        const ofRounds = rounds.map((all) => Math.max(...all.map((s) => sampleMs(s, clock.trusted))));
        return ofRounds.length > 0 ? [median(ofRounds)] : [];
      });
      const stepMs = clockStepMs(clock);
      const shortest = Math.min(...longest);
      return shortest < STEPS_PER_REGION * stepMs
        ? `The clock advances in steps of ${stepMs.toPrecision(3)} ms, and some cases were timed for at most ${shortest.toPrecision(3)} ms. It takes ${STEPS_PER_REGION} steps to know a time to 0.5 %.`
        : undefined;
    },
  },
  {
    id: 'not-steady',
    title: 'Not steady',
    applies(record) {
      const event = record.events.find(({ kind }) => kind === 'not-steady');
      if (event) return `The warm-up was ${event.detail}. The machine may not have reached its usual speed yet.`;
      const drift = runDrift(record);
      return drift?.ci95 && drift.ci95[1] < -DRIFTED
        ? `Everything took ${Math.round(-100 * drift.value)} % less time at the end of the run than at its start: the machine was still warming up. Figures are means over the run.`
        : undefined;
    },
  },
  {
    id: 'throttled',
    title: 'Slowed down',
    applies(record) {
      const drift = runDrift(record);
      return drift?.ci95 && drift.ci95[0] > DRIFTED
        ? `Everything took ${Math.round(100 * drift.value)} % longer at the end of the run than at its start, because of heat or other programs. Figures are means over the run.`
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
      // Steps that only claims asked for are left out: claims check for caches themselves.
      const steps = (record.decode ?? []).filter(isTimedStep).filter((m) => !m.case.experiment);
      const small = steps.filter(({ rotationBytes }) => mayBeCached(rotationBytes, caches));
      if (small.length === 0) return undefined;
      const smallest = Math.min(...small.map(({ rotationBytes }) => rotationBytes));
      const again = `In ${small.length} of ${steps.length} decode steps a byte was read again`;
      const remedy = small.some(({ layers }) => layers.distinct < layers.total)
        ? 'Layers shared their memory in turn: give the run more memory.'
        : 'A model this small may stay in a cache when it is served, too: this is its real speed, but not the speed of memory.';
      return `${cachedReason(again, smallest, caches)} ${remedy}`;
    },
  },
  {
    id: 'above-peak',
    title: 'Above the GPU’s peak',
    applies(record) {
      const streaming = streamingGBps(record);
      const gpu = peakOf(record);
      if (!streaming || !gpu) return undefined;
      const { value, ci95 } = streaming;
      return (ci95?.[0] ?? value) > gpu.gbps * (1 + PEAK_ROUNDING)
        ? `${significant(value)} GB/s is more than the ${gpu.gbps} GB/s that the memory of the ${gpu.name} moves at most. The cause may be a cache, compressed memory, a slow clock, or another GPU. Until it is known, believe no figure of this run.`
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
          ? ` Nor is ${bytesText(caches.smallestBytes)} read any faster than ${bytesText(caches.largestBytes)}, as a cache would.`
          : '';
      return `A matrix–vector product uses ${percentText(share)} of the memory’s speed. Something else limits it, arithmetic or waiting, so no GB/s here tells what more bandwidth would bring.${flat}`;
    },
  },
  {
    id: 'too-few-samples',
    title: 'Too few samples',
    applies(record) {
      const few = timedCases(record).filter(({ samples }) => roundsOf(samples) < MIN_UNITS).length;
      return few > 0
        ? `${few} of ${casesOf(record).length} cases were measured in fewer than ${MIN_UNITS} rounds and have no interval.`
        : undefined;
    },
  },
  {
    id: 'less-memory',
    title: 'Less memory than asked for',
    applies({ events }) {
      const short = events.filter(({ kind }) => kind === 'out-of-memory');
      return short.length > 0
        ? `The device refused memory: ${short.map(({ detail }) => detail).join('; ')}. The run continued with what it got.`
        : undefined;
    },
  },
  {
    id: 'hidden-tab',
    title: 'Tab was hidden',
    applies(record) {
      const pauses = record.events.filter(({ kind }) => kind === 'hidden').length;
      const spoiled = timedCases(record).flatMap(({ discarded }) =>
        discarded.filter(({ reason }) => reason === HIDDEN_MEANWHILE),
      ).length;
      return pauses > 0
        ? `The tab was hidden ${timesText(pauses)}, and the run paused meanwhile. ${spoiled} samples that were being taken are kept, but do not count.`
        : undefined;
    },
  },
  {
    id: 'device-lost',
    title: 'GPU was lost',
    applies({ events }) {
      const losses = events.filter(({ kind }) => kind === 'lost');
      return losses.length > 0
        ? `The GPU device was lost ${timesText(losses.length)} (${losses[0]?.detail}). The run requested a new one and kept what had been measured.`
        : undefined;
    },
  },
  {
    id: 'resumed',
    title: 'Resumed',
    applies({ events }) {
      const sessions = events.filter(({ kind }) => kind === 'resumed').length + 1;
      return sessions > 1
        ? `The run ended early and was resumed, in ${sessions} sessions. The machine may have behaved differently in each.`
        : undefined;
    },
  },
  {
    id: 'incomplete',
    title: 'Incomplete',
    applies(record) {
      const end = endedEarly(record);
      return (
        end && `The run ended early: ${end.detail}. What it had measured by then is shown; run again for the rest.`
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

/** The event with which a run ended early; undefined for a run that did not, or that was resumed since. */
export function endedEarly({ events }: Pick<RecordBody, 'events'>): RecordEvent | undefined {
  const last = events.filter(({ kind }) => kind === 'cancelled' || kind === 'gave-up' || kind === 'resumed').at(-1);
  return last?.kind === 'resumed' ? undefined : last;
}

const timesText = (n: number): string => (n === 1 ? 'once' : `${n} times`);

/** The ids of all labels. */
export const LABEL_IDS: readonly string[] = RULES.map(({ id }) => id);

/** The reason why a rotation through `bytes` is too small. `what` begins the sentence: `A byte was read again`. */
function cachedReason(what: string, bytes: number, caches: Caches | undefined): string {
  const again = `${what} after ${bytesText(bytes)} of other bytes`;
  if (caches?.end === 'falling') {
    return `${again}, and the largest sets, of ${bytesText(caches.largestBytes)}, were still read more slowly than smaller ones: nothing shows where memory begins.`;
  }
  if (caches?.kneeBytes !== undefined && bytes < coldFromBytes({ ...caches, end: 'memory' })) {
    return `${again}, and sets of up to ${bytesText(caches.kneeBytes)} are read faster than larger ones: only four times as much certainly comes from memory.`;
  }
  const tried = !caches
    ? 'there is no sweep over working sets to find caches'
    : caches.end === 'noisy'
      ? 'the sweep over working sets is too noisy to find caches'
      : `the sweep over working sets ended at ${bytesText(caches.largestBytes)}`;
  return `${again}, and ${tried}: a cache of up to 256 MB, as some GPUs have, is only ruled out from ${bytesText(COLD_ROTATION_BYTES)} on.`;
}

/**
 * The GPU whose memory was measured: by its reported name, or else by what the adapter says. If a name may mean
 * several GPUs, it is the fastest of them.
 */
function peakOf({ reported, adapter }: RecordBody): GpuSpec | undefined {
  return [reported.gpu ?? '', adapter.description, adapter.device].flatMap(gpusNamed)[0];
}

/** The labels of a record, or of a run so far. */
export function labelsOf(record: RecordBody): Label[] {
  return RULES.flatMap(({ id, title, applies }) => {
    const reason = applies(record);
    return reason === undefined ? [] : [{ id, title, reason }];
  });
}
