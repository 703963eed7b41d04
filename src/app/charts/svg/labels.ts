/** Where the labels of a chart's points stand, in px: none over another. Pure. */

import type { PlacedText } from './placed-text.tsx';
import type { Placed, PlotLayout } from './plot-layout.ts';
import { boldPx } from './text-px.ts';

/** The picture, as far as labels need it. */
type Room = Pick<PlotLayout, 'frame' | 'width' | 'names'>;

/** The distance from a point to its label, and the height of a label, in px. */
const [BESIDE_PX, ABOVE_PX, LINE_PX] = [8, 7, 14];

/** The label of a mark, its distance to the right and downwards, and the room it needs above the axis, in px. */
const MARK_PX = { beside: 10, below: 16, above: 8, room: 22 };

/**
 * Where a label begins or ends: right of its point, where few lines fall; left of it where the picture ends before the
 * label does; and where neither side has room for it, at the picture's end.
 */
function beside(
  { frame, width, names }: Room,
  left: number,
  px: number,
  text: string,
): Pick<PlacedText, 'x' | 'anchor'> {
  const end = names.length > 0 ? frame.right + px : width - 2;
  if (left + px + boldPx(text) <= end) return { x: left + px, anchor: 'start' };
  return { x: left - px - boldPx(text) >= frame.left ? left - px : end, anchor: 'end' };
}

const reach = ({ x, anchor, text }: PlacedText): readonly [number, number] =>
  anchor === 'end' ? [x - boldPx(text), x] : [x, x + boldPx(text)];

function clash(a: PlacedText, b: PlacedText): boolean {
  const [[aFrom, aTo], [bFrom, bTo]] = [reach(a), reach(b)];
  return Math.abs(a.y - b.y) < LINE_PX && aFrom < bTo && bFrom < aTo;
}

/** The labels of the points of a line. Where two would lie over each other, that of the later point stays. */
export function labelsOf(points: readonly Placed[], room: Room): PlacedText[] {
  const kept: PlacedText[] = [];
  for (const { label, left, top } of points.toReversed()) {
    if (!label) continue;
    const one = { ...beside(room, left, BESIDE_PX, label), y: top - ABOVE_PX, text: label };
    if (!kept.some((other) => clash(one, other))) kept.push(one);
  }
  return kept;
}

/** The label of a mark. Undefined: it has none. */
export function markLabel({ label, left, top }: Placed, room: Room): PlacedText | undefined {
  if (!label) return undefined;
  const isLow = top + MARK_PX.room > room.frame.bottom;
  return {
    ...beside(room, left, MARK_PX.beside, label),
    y: top + (isLow ? -MARK_PX.above : MARK_PX.below),
    text: label,
  };
}
