/**
 * Where everything of the shuttle bus stands, in px. The cabin's length grows as the square root of memory, the door's
 * height as that of bandwidth, so that sixteen times as much still fits the picture. Inside the cabin, bytes are areas.
 */

import { SPAN } from '../slider.ts';

export interface BusInput {
  readonly width: number;
  readonly memoryBytes: number;
  /** The memory that is drawn with half of the longest cabin. */
  readonly baseMemoryBytes: number;
  readonly gbps: number;
  /** The bandwidth that is drawn with half of the highest door. */
  readonly baseGbps: number;
  readonly weightBytes: number;
  readonly seatBytes: number;
  /** Seats: readers that fit. */
  readonly seats: number;
  readonly readers: number;
}

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Seat extends Rect {
  readonly isTaken: boolean;
}

export interface BusLayout {
  readonly height: number;
  /** The height of the road. */
  readonly road: number;
  readonly cabin: Rect;
  /** The longest cabin that is drawn. */
  readonly longest: number;
  /** A cabin of twice the memory, behind the bus. Undefined where the picture ends before it. */
  readonly twice: Rect | undefined;
  readonly nose: Rect;
  /** What comes out of the door, as high as the door. */
  readonly stream: Rect;
  readonly luggage: Rect;
  /** Whether the luggage fits. If not, it is drawn as far as the picture goes. */
  readonly luggageFits: boolean;
  /** The seats one by one. Undefined where they are too many or too small: then they are an area. */
  readonly seats: readonly Seat[] | undefined;
  /** The area of all seats, and of those that are taken. */
  readonly seating: Rect;
  readonly taken: Rect;
  /** Readers at the stop. */
  readonly waiting: { readonly count: number; readonly shown: readonly { readonly x: number; readonly y: number }[] };
  readonly wheels: { readonly radius: number; readonly y: number; readonly xs: readonly number[] };
}

/** The number of seats beyond which they are drawn as an area. */
export const MAX_SEATS = 200;
/** The smallest side of a seat that is drawn, in px. */
const MIN_SEAT_PX = 4;
/** The room of a reader who waits, in px. */
const WAITING_PX = { width: 14, height: 26 };

export function busLayout(input: BusInput): BusLayout {
  const { width, memoryBytes, weightBytes, seatBytes } = input;
  const height = Math.round((width * 6) / 16);
  const road = height - Math.max(10, height * 0.06);
  const radius = Math.max(7, height * 0.06);
  const floor = road - radius * 1.5;
  const top = Math.max(24, height * 0.14);
  // From left to right: the stop, what comes out of the door, the cabin, the nose.
  const stop = Math.max(46, width * 0.12);
  const start = stop + Math.max(40, width * 0.1);
  const noseWidth = Math.max(22, width * 0.06);
  const longest = width - start - noseWidth - 4;

  const length = longest * Math.min(1, Math.sqrt(memoryBytes / (SPAN * input.baseMemoryBytes)));
  const cabin: Rect = { x: start, y: top, width: length, height: floor - top };
  const pxOf = (bytes: number): number => (bytes / memoryBytes) * length;
  const luggageFits = weightBytes <= memoryBytes;
  const luggageWidth = luggageFits ? pxOf(weightBytes) : Math.min(pxOf(weightBytes), width - start - 2);
  const inside = (x: number, wide: number): Rect => ({ ...cabin, x, width: wide });
  const seatsStart = start + luggageWidth;
  const seatCount = luggageFits ? input.seats : 0;
  const taken = Math.min(seatCount, input.readers);

  const doorHeight = cabin.height * Math.min(1, Math.sqrt(input.gbps / (SPAN * input.baseGbps)));
  return {
    ...{ height, road, cabin, longest, luggageFits },
    twice: length * Math.SQRT2 <= longest + noseWidth ? { ...cabin, width: length * Math.SQRT2 } : undefined,
    nose: { x: start + length, y: top + cabin.height * 0.28, width: noseWidth, height: cabin.height * 0.72 },
    stream: { x: stop, y: floor - doorHeight, width: start - stop, height: doorHeight },
    luggage: inside(start, luggageWidth),
    seats: seatsIn(inside(seatsStart, length - luggageWidth), pxOf(seatBytes), seatCount, taken),
    seating: inside(seatsStart, pxOf(seatCount * seatBytes)),
    taken: inside(seatsStart, pxOf(taken * seatBytes)),
    waiting: waitingAt(stop, road, Math.max(0, input.readers - seatCount)),
    wheels: {
      radius,
      y: road - radius,
      xs: [start + Math.min(length * 0.25, 56), start + length + noseWidth * 0.5 - radius * 0.4],
    },
  };
}

/**
 * Seats as cells of equal area, in as many rows as make them largest both ways. `seatPx` is the width of a seat that is as
 * high as the cabin.
 */
function seatsIn(room: Rect, seatPx: number, count: number, taken: number): Seat[] | undefined {
  if (count > MAX_SEATS) return undefined;
  const ways = Array.from({ length: 12 }, (_, i) => {
    const rows = i + 1;
    const columns = Math.ceil(count / rows);
    // The last column may have empty places, for which a full cabin has no room: then all seats are a little narrower.
    return { rows, width: Math.min(seatPx * rows, room.width / columns), height: room.height / rows };
  });
  const side = ({ width, height }: { readonly width: number; readonly height: number }): number =>
    Math.min(width, height);
  const [best] = ways.sort((a, b) => side(b) - side(a));
  if (count === 0) return [];
  if (!best || side(best) < MIN_SEAT_PX) return undefined;
  return Array.from({ length: count }, (_, i) => ({
    x: room.x + Math.floor(i / best.rows) * best.width,
    y: room.y + (i % best.rows) * best.height,
    ...{ width: best.width, height: best.height, isTaken: i < taken },
  }));
}

/** As many readers as there is room for at the stop, in up to two rows, from the right. */
function waitingAt(stop: number, road: number, count: number): BusLayout['waiting'] {
  const { width, height } = WAITING_PX;
  const perRow = Math.floor((stop - 8) / width);
  const shown = Array.from({ length: Math.min(count, 2 * perRow) }, (_, i) => ({
    x: stop - 8 - (i % perRow) * width - width / 2,
    y: road - Math.floor(i / perRow) * height,
  }));
  return { count, shown };
}

/** The memory that a cabin of `length` px has. */
export const memoryAt = (length: number, longest: number, baseGB: number): number =>
  SPAN * baseGB * (Math.max(0, length) / longest) ** 2;

/** The bandwidth that a door of `height` px has, in a cabin of `cabinHeight` px. */
export const gbpsAt = (height: number, cabinHeight: number, baseGbps: number): number =>
  SPAN * baseGbps * (Math.max(0, height) / cabinHeight) ** 2;
