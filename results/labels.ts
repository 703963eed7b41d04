/**
 * Labels: what a reader must know before believing a figure of a run. Each is a rule over the record alone, so that
 * the same record carries the same labels on the page, in the terminal and in the collection.
 */

import { clockStepMs, isMeasured, runDrift, STEPS_PER_REGION, sampleMs } from './derive.ts';
import type { AdapterInfo, RecordBody, RecordEvent } from './schema.ts';
import { FEWEST_UNITS, groupBy } from './statistics.ts';

export interface Label {
  readonly id: string;
  readonly title: string;
  /** What was met, and what follows for the reader. */
  readonly reason: string;
}

interface LabelRule {
  readonly id: string;
  readonly title: string;
  /** The reason, or undefined where the rule does not apply. */
  applies(record: RecordBody): string | undefined;
}

/** What software adapters call themselves where the browser's own fallback flag is not set. */
const SOFTWARE_ARCHITECTURES = ['swiftshader', 'llvmpipe', 'software', 'warp'];

/**
 * The largest last-level cache of a shipping GPU (AMD Instinct MI300X, 256 MB) times four: whoever reads this much
 * between two reads of the same byte reads memory.
 */
export const COLD_ROTATION_BYTES = 4 * 256e6;

/** A run became slower or faster where it did by more than this, by the whole of the interval. */
const DRIFTED = 0.03;

/** Is this adapter a program that imitates a GPU? */
export function isSoftware(adapter: AdapterInfo): boolean {
  const names = [adapter.architecture, adapter.device, adapter.description].map((name) => name.toLowerCase());
  return (
    adapter.isFallbackAdapter ||
    SOFTWARE_ARCHITECTURES.some((software) => names.some((name) => name.includes(software)))
  );
}

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
    applies({ clock, measurements }) {
      const longest = measurements
        .filter(isMeasured)
        .map(({ samples }) => Math.max(...samples.map((s) => sampleMs(s, clock.trusted))));
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
    applies({ measurements }) {
      const streaming = measurements.filter(isMeasured).filter((m) => m.workingSetBytes === undefined);
      const rotations = streaming.map((m) => m.rotationBytes);
      const smallest = Math.min(...rotations.filter((bytes) => bytes > 0));
      return smallest < COLD_ROTATION_BYTES
        ? `A byte was read again after ${megabytes(smallest)} of others; a cache of up to 256 MB is only ruled out from ${megabytes(COLD_ROTATION_BYTES)} on. Give the run more memory.`
        : undefined;
    },
  },
  {
    id: 'too-few-samples',
    title: 'Too few samples',
    applies({ measurements }) {
      const few = measurements
        .filter(isMeasured)
        .filter((m) => groupBy(m.samples, (s) => s.round).size < FEWEST_UNITS).length;
      return few > 0
        ? `${few} of ${measurements.length} cases were seen in fewer than ${FEWEST_UNITS} rounds and have no interval.`
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
    applies({ events, measurements }) {
      const pauses = events.filter(({ kind }) => kind === 'hidden').length;
      const spoiled = measurements
        .filter(isMeasured)
        .flatMap(({ discarded }) => discarded.filter(({ reason }) => reason.includes('hidden'))).length;
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
    applies({ measurements }) {
      const wrong = measurements.filter((m) => m.status === 'wrong').length;
      return wrong > 0
        ? `${wrong} of ${measurements.length} cases computed a wrong result and have no time.`
        : undefined;
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

const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;

/** The labels of a record, or of a run so far. */
export function labelsOf(record: RecordBody): Label[] {
  return RULES.flatMap(({ id, title, applies }) => {
    const reason = applies(record);
    return reason === undefined ? [] : [{ id, title, reason }];
  });
}
