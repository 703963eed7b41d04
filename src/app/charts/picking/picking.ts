/** Which point of a chart a pointer or a key means. Pure. */

/** Where a point stands in its picture, in px. */
export interface Place {
  readonly left: number;
  readonly top: number;
}

/** The points of a series, in the order in which they are stepped through. */
export interface PlacedSeries {
  readonly points: readonly Place[];
}

/** A point by its place among its series', and that series by its place in the chart. */
export interface Picked {
  readonly series: number;
  readonly point: number;
}

/** How far from a point a pointer may be and mean it, in px. */
const REACH_PX = 40;

/** The point that is nearest to a place. Undefined where none is near. */
export function nearest(place: Place, all: readonly PlacedSeries[]): Picked | undefined {
  let best: Picked | undefined;
  let least = REACH_PX;
  for (const [series, { points }] of all.entries()) {
    for (const [point, { left, top }] of points.entries()) {
      const distance = Math.hypot(left - place.left, top - place.top);
      if (distance >= least) continue;
      least = distance;
      best = { series, point };
    }
  }
  return best;
}

/** The point after a key. Undefined for a key that means none. The first key picks the first point. */
export function stepped(key: string, picked: Picked | undefined, all: readonly PlacedSeries[]): Picked | undefined {
  const steps: Readonly<Record<string, readonly [number, number]>> = {
    ArrowRight: [0, 1],
    ArrowLeft: [0, -1],
    ArrowDown: [1, 0],
    ArrowUp: [-1, 0],
    Home: [0, Number.NEGATIVE_INFINITY],
    End: [0, Number.POSITIVE_INFINITY],
  };
  const step = steps[key];
  const shown = [...all.keys()].filter((series) => (all[series]?.points.length ?? 0) > 0);
  const [first] = shown;
  if (!step || first === undefined) return undefined;
  if (!picked && key !== 'End') return { series: first, point: 0 };
  const from = picked ?? { series: first, point: 0 };
  const place = Math.min(shown.length - 1, Math.max(0, shown.indexOf(from.series) + step[0]));
  const series = shown[place] ?? first;
  const last = (all[series]?.points.length ?? 1) - 1;
  return { series, point: Math.min(last, Math.max(0, from.point + step[1])) };
}
