/** The decode steps that a run is to time: every batch at every context, in every format, of every model. */

import { largestThatLeaves } from '../../../results/largest.ts';
import type { DecodeCase } from '../../../results/record/schema.ts';
import type { Room, Step, StepWay } from '../../../shaders/step.ts';
import type { Model } from '../models/model.ts';
import { allIn } from '../models/tensors.ts';
import { stepOf } from '../step/step.ts';
import { waysOf } from '../step/ways.ts';
import { type DecodeSweep, hasMax, numbersIn, SWEEP_RANGES, sizesUpTo } from './sweep.ts';

/** Maximum steps of a timed region. Sequences have room to grow by as many positions. */
export const MAX_STEPS = 64;

/** A decode step that a run is to time. */
export interface DecodeTask {
  readonly case: DecodeCase;
  /** True where the lengths are the profile's and not the user's. */
  readonly ofProfile?: true;
  /** Composes the step. @throws RangeError where the kernels cannot run it, or no number is the maximum that fits. */
  make(): Step;
  /** Other ways to compute it, of which the fastest on the device is timed. Default: none. */
  readonly ways?: readonly StepWay[];
}

interface Point {
  readonly batch: number;
  readonly context: number;
}

/**
 * All tasks of a sweep, in order of model, batch, context and formats: steps that differ only in their formats are
 * timed side by side. `room` tells what fits into memory.
 */
export const decodeTasks = (models: readonly Model[], sweep: DecodeSweep, room: Room): DecodeTask[] =>
  models.flatMap((model) =>
    inOrder(sweep.weights.flatMap((weights) => sweep.kv.flatMap((kv) => tasksOf(model, { weights, kv }, sweep, room)))),
  );

const inOrder = (tasks: readonly DecodeTask[]): DecodeTask[] =>
  [...tasks].sort((a, b) => a.case.batch - b.case.batch || a.case.context - b.case.context);

/** The tasks of one model in one pair of formats. */
function tasksOf(
  model: Model,
  { weights, kv }: Pick<DecodeCase, 'weights' | 'kv'>,
  { contexts, shortest, batches, ofProfile }: DecodeSweep,
  room: Room,
): DecodeTask[] {
  const lengthsOf = ({ batch, context }: Point) => ({
    ...{ batch, context },
    // A single sequence is the longest one.
    ...(shortest !== undefined && batch > 1 && { shortest }),
  });
  const task = (point: Point, make: () => Step): DecodeTask => ({
    case: { model: model.id, weights, kv, ...lengthsOf(point) },
    ...(ofProfile && { ofProfile }),
    make,
  });
  const optionsAt = (point: Point) => ({ formats: allIn(weights), kv, ...lengthsOf(point), maxSteps: MAX_STEPS });
  const makerOf = (point: Point) => () => stepOf(model, optionsAt(point));
  const refused: DecodeTask[] = [];
  /** The numbers of a list of sizes. `pointAt` gives the point with a size, for which `max` is tried. */
  const sizes = (list: DecodeSweep['batches'], name: keyof typeof SWEEP_RANGES, pointAt: (size: number) => Point) => {
    if (!hasMax(list)) return numbersIn(list);
    const { min, max } = SWEEP_RANGES[name];
    const largest = largestThatLeaves((size) => room.left(makerOf(pointAt(size))), min, max);
    if (largest !== undefined) return sizesUpTo(list, largest);
    const point = pointAt(min);
    // A user is told; a profile, which asks for max of every model, has other lengths besides.
    if (!ofProfile) {
      const why = `no ${name} fits, not even ${min}: ${room.refuses(makerOf(point))}`;
      refused.push(
        task(point, () => {
          throw new RangeError(why);
        }),
      );
    }
    return numbersIn(list);
  };
  const batchesAt = (context: number): Point[] =>
    sizes(batches, 'batch', (batch) => ({ batch, context })).map((batch) => ({ batch, context }));
  const contextsAt = (batch: number): number[] => sizes(contexts, 'context', (context) => ({ batch, context }));
  const points = hasMax(batches)
    ? contextsAt(1).flatMap(batchesAt)
    : numbersIn(batches).flatMap((batch) => contextsAt(batch).map((context) => ({ batch, context })));
  const distinct = [...new Map(points.map((point) => [Object.values(point).join(), point])).values()];
  const timed = distinct.map((point) => ({
    ...task(point, makerOf(point)),
    ways: waysOf(model, optionsAt(point)),
  }));
  return [...timed, ...refused];
}
