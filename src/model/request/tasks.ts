/** Which decode steps of which models a run is to time: every batch at every context, in every format. */

import { largestThatLeaves } from '../../../results/largest.ts';
import type { DecodeCase } from '../../../results/schema.ts';
import type { Room, Step } from '../../../shaders/step.ts';
import type { Model } from '../models/model.ts';
import { allIn } from '../models/tensors.ts';
import { stepOf } from '../step/step.ts';
import { type DecodeSweep, hasMax, numbersIn, SWEEP_RANGES, sizesUpTo } from './sweep.ts';

/** Steps of a timed region, at the most: sequences have so much room to grow. */
export const MAX_STEPS = 64;

/** A step that somebody asked for. */
export interface DecodeTask {
  readonly case: DecodeCase;
  /** Nobody asked for its lengths but the profile. */
  readonly ofProfile?: true;
  make(distinctLayers: number): Step;
}

interface Point {
  readonly batch: number;
  readonly context: number;
}

/**
 * In order of model, batch, context and formats, so that what differs in its formats alone is timed side by side. `make`
 * throws a RangeError where the kernels that there are cannot run the model, or where no number is the most that fits.
 */
export const decodeTasks = (models: readonly Model[], sweep: DecodeSweep, room: Room): DecodeTask[] =>
  models.flatMap((model) =>
    inOrder(sweep.weights.flatMap((weights) => sweep.kv.flatMap((kv) => tasksOf(model, { weights, kv }, sweep, room)))),
  );

const inOrder = (tasks: readonly DecodeTask[]): DecodeTask[] =>
  [...tasks].sort((a, b) => a.case.batch - b.case.batch || a.case.context - b.case.context);

/** In one pair of formats. */
function tasksOf(
  model: Model,
  { weights, kv }: Pick<DecodeCase, 'weights' | 'kv'>,
  { contexts, shortest, batches, ofProfile }: DecodeSweep,
  room: Room,
): DecodeTask[] {
  const lengthsOf = ({ batch, context }: Point) => ({
    ...{ batch, context },
    // One sequence is the longest.
    ...(shortest !== undefined && batch > 1 && { shortest }),
  });
  const task = (point: Point, make: (distinctLayers?: number) => Step): DecodeTask => ({
    case: { model: model.id, weights, kv, ...lengthsOf(point) },
    ...(ofProfile && { ofProfile }),
    make,
  });
  const makerOf = (point: Point) => (distinctLayers?: number) =>
    stepOf(model, {
      ...{ formats: allIn(weights), kv, ...lengthsOf(point), mostSteps: MAX_STEPS },
      ...(distinctLayers !== undefined && { distinctLayers }),
    });
  const refused: DecodeTask[] = [];
  /** The sizes of a list, where `pointAt` is the point with one of them. */
  const sizes = (list: DecodeSweep['batches'], name: keyof typeof SWEEP_RANGES, pointAt: (size: number) => Point) => {
    if (!hasMax(list)) return numbersIn(list);
    const { min, max } = SWEEP_RANGES[name];
    const largest = largestThatLeaves((size) => room.left(makerOf(pointAt(size))), min, max);
    if (largest !== undefined) return sizesUpTo(list, largest);
    const point = pointAt(min);
    // A profile asks of every model, and has other lengths for one that does not fit.
    if (!ofProfile) {
      const why = `no ${name} is the most that fits, since not even ${name} ${min} does: ${room.refuses(makerOf(point))}`;
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
  return [...distinct.map((point) => task(point, makerOf(point))), ...refused];
}
