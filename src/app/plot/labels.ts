/** Where the labels of a chart's points stand, in px: none over another. Pure. */

import type { Placed, PlotLayout } from './plot-layout.ts';
import { boldPx } from './text-px.ts';

export interface PointLabel {
  readonly x: number;
  readonly y: number;
  readonly anchor: 'start' | 'end';
  readonly text: string;
}

/** The distance from a point to its label, and the height of a label, in px. */
const [BESIDE_PX, ABOVE_PX, LINE_PX] = [8, 7, 14];

/** The label of a mark, its distance to the right and downwards, and the room it needs above the axis, in px. */
const MARK_PX = { beside: 10, below: 16, above: 8, room: 22 };

/** Where a label begins or ends: right of its point, where few lines fall, unless the frame ends before it does. */
const beside = ({ right }: PlotLayout['frame'], left: number, px: number, text: string) =>
  left + boldPx(text) > right
    ? ({ x: left - px, anchor: 'end' } as const)
    : ({ x: left + px, anchor: 'start' } as const);

const reach = ({ x, anchor, text }: PointLabel): readonly [number, number] =>
  anchor === 'end' ? [x - boldPx(text), x] : [x, x + boldPx(text)];

function clash(a: PointLabel, b: PointLabel): boolean {
  const [[aFrom, aTo], [bFrom, bTo]] = [reach(a), reach(b)];
  return Math.abs(a.y - b.y) < LINE_PX && aFrom < bTo && bFrom < aTo;
}

/** The labels of the points of a line. Where two would lie over each other, that of the later point stays. */
export function labelsOf(points: readonly Placed[], frame: PlotLayout['frame']): PointLabel[] {
  const kept: PointLabel[] = [];
  for (const { label, left, top } of points.toReversed()) {
    if (!label) continue;
    const one = { ...beside(frame, left, BESIDE_PX, label), y: top - ABOVE_PX, text: label };
    if (!kept.some((other) => clash(one, other))) kept.push(one);
  }
  return kept;
}

/** The label of a mark. Undefined: it has none. */
export function markLabel({ label, left, top }: Placed, frame: PlotLayout['frame']): PointLabel | undefined {
  if (!label) return undefined;
  const isLow = top + MARK_PX.room > frame.bottom;
  return {
    ...beside(frame, left, MARK_PX.beside, label),
    y: top + (isLow ? -MARK_PX.above : MARK_PX.below),
    text: label,
  };
}
