/**
 * Labels of memory: whether caches may have helped, whether the device gave what was asked for, and whether all of it is
 * the GPU's own.
 */

import { type Caches, cachesOf, coldFromBytes, isMemoryFigure } from '../derived/caches.ts';
import { COLD_ROTATION_BYTES, LARGEST_CACHE_BYTES } from '../derived/cold.ts';
import { isTimedStep } from '../derived/decode.ts';
import { cacheCurve, largestStream, readLine } from '../derived/derive.ts';
import { coldFrom } from '../derived/headline.ts';
import { unevenSlabs } from '../derived/slabs.ts';
import { minOf } from '../lists.ts';
import type { RecordBody } from '../record/schema.ts';
import { bytesText, percentText, significant } from '../text/figures.ts';
import type { LabelRule } from './label.ts';

/** The middle size may lie this far off the read line, relative to its time. β is about as uncertain. */
const MAX_BEND = 0.01;

export const MEMORY: readonly LabelRule[] = [
  {
    id: 'small-rotation',
    title: 'May be cached',
    applies(record) {
      const rotations = record.measurements.filter(isMemoryFigure).map((m) => m.rotationBytes);
      const smallest = minOf(rotations);
      return smallest < coldFrom(record)
        ? `${cachedReason('A byte was read again', smallest, cachesOf(cacheCurve(record)))} Give the run more memory.`
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
      const cold = coldFrom(record);
      const small = steps.filter(({ rotationBytes }) => rotationBytes < cold);
      if (small.length === 0) return undefined;
      const smallest = minOf(small.map(({ rotationBytes }) => rotationBytes));
      const again = `In ${small.length} of ${steps.length} decode steps a byte was read again`;
      const remedy = small.some(({ layers }) => layers.distinct < layers.total)
        ? 'Layers shared their memory in turn: give the run more memory.'
        : 'A model this small may stay in a cache when it is served, too: this is its real speed, but not the speed of memory.';
      return `${cachedReason(again, smallest, caches)} ${remedy}`;
    },
  },
  {
    id: 'bent-read-line',
    title: 'Reads of several sizes disagree',
    applies(record) {
      const line = readLine(record);
      const off = line?.bend?.ci95 && (line.bend.ci95[0] > MAX_BEND || line.bend.ci95[1] < -MAX_BEND);
      if (!line?.bend || !off) return undefined;
      const [small = 0, middle = 0, large = 0] = line.sizes;
      const { value, ci95 } = line.bend;
      const size = {
        value: Math.abs(value),
        ci95: ci95 && ([...ci95].map(Math.abs).sort((a, b) => a - b) as [number, number]),
      };
      return `Reading ${bytesText(middle)} takes ${percentText(size)} ${value > 0 ? 'longer' : 'less'} than reading ${bytesText(small)} and ${bytesText(large)} leads to expect. So the streaming bandwidth is about as uncertain, and so is what it costs to start a read.`;
    },
  },
  {
    id: 'launch-included',
    title: 'Cost of a launch included',
    applies(record) {
      const planned = record.plan.cases.filter(({ kernel, withinBytes }) => kernel === 'stream-read' && !withinBytes);
      const sizes = new Set(planned.map(({ params }) => JSON.stringify(params))).size;
      if (sizes < 2 || !largestStream(record) || readLine(record)) return undefined;
      return `Reads of ${sizes} sizes were planned, and those that were measured make no line. So the streaming bandwidth includes what it costs to start a read: on a fast GPU it may be some per cent too low.`;
    },
  },
  {
    id: 'uneven-memory',
    title: 'Memory is uneven',
    applies(record) {
      const seen = seenUneven(record);
      return (
        seen &&
        `${seen} A part of it may lie in the computer’s main memory: Windows and some drivers put it there when the GPU’s own is full, and do not say so. Bandwidths are a mix of both. Close other programs that use the GPU, or give the run less memory, and run again.`
      );
    },
  },
  {
    id: 'less-memory',
    title: 'Less memory than asked for',
    applies({ events }) {
      const short = events.filter(({ kind }) => kind === 'out-of-memory');
      return short.length > 0
        ? `The device refused memory: ${firstOf(short.map(({ detail }) => detail))}. The run continued with what it got.`
        : undefined;
    },
  },
];

/** The number of refusals that a label names. */
const NAMED = 3;

const firstOf = (details: readonly string[]): string =>
  [...details.slice(0, NAMED), ...(details.length > NAMED ? [`and ${details.length - NAMED} more`] : [])].join('; ');

/** What shows that a run's memory is not all alike; undefined where nothing does. */
function seenUneven(record: RecordBody): string | undefined {
  const uneven = unevenSlabs(record.plan.memory?.slabs ?? [], record.clock);
  if (uneven) {
    const { slowBytes, bytes, times } = uneven;
    return `${bytesText(slowBytes)} of the ${bytesText(bytes)} that this run read from takes at least ${significant(times, 2)} times as long to read as the rest.`;
  }
  const knee = cachesOf(cacheCurve(record))?.kneeBytes;
  return knee !== undefined && knee > COLD_ROTATION_BYTES
    ? `Sets of up to ${bytesText(knee)} are read faster than larger ones, and no GPU has so large a cache.`
    : undefined;
}

/** The reason why a rotation through `bytes` is too small. `what` begins the sentence: `A byte was read again`. */
function cachedReason(what: string, bytes: number, caches: Caches | undefined): string {
  const again = `${what} after ${bytesText(bytes)} of other bytes`;
  if (caches?.end === 'falling') {
    return `${again}, and the largest sets, of ${bytesText(caches.largestBytes)}, were still read more slowly than smaller ones: nothing shows where memory begins.`;
  }
  if (caches?.kneeBytes !== undefined && bytes < coldFromBytes({ ...caches, end: 'memory' })) {
    return `${again}, and sets of up to ${bytesText(caches.kneeBytes)} are read faster than larger ones: only from four times as much on do at least three quarters come from memory.`;
  }
  const tried = !caches
    ? 'there is no sweep over working sets to find caches'
    : caches.end === 'noisy'
      ? 'the sweep over working sets is too noisy to find caches'
      : `the sweep over working sets ended at ${bytesText(caches.largestBytes)}`;
  return `${again}, and ${tried}: a cache of up to ${bytesText(LARGEST_CACHE_BYTES)}, as some GPUs have, is only ruled out from ${bytesText(COLD_ROTATION_BYTES)} on.`;
}
