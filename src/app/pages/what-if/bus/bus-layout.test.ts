import { describe, expect, test } from 'vitest';
import { type BusInput, busLayout, gbpsAt, MAX_SEATS, memoryAt } from './bus-layout.ts';

const base: BusInput = {
  width: 800,
  ...{ memoryBytes: 24e9, baseMemoryBytes: 24e9, gbps: 1008, baseGbps: 1008 },
  ...{ weightBytes: 4.5e9, seatBytes: 1.07e9, seats: 18, readers: 1 },
};
const layout = (changes: Partial<BusInput> = {}) => busLayout({ ...base, ...changes });

test('the cabin grows as the square root of memory, and the door as that of bandwidth', () => {
  const [one, four] = [layout(), layout({ memoryBytes: 96e9, gbps: 4032 })];
  expect(four.cabin.width).toBeCloseTo(2 * one.cabin.width, 6);
  expect(four.stream.height).toBeCloseTo(2 * one.stream.height, 6);
  expect(four.cabin.width).toBeCloseTo(four.longest, 6);
  expect(four.stream.height).toBeCloseTo(four.cabin.height, 6);
});

test('a cabin of twice the memory is drawn where there is room', () => {
  const { twice, cabin } = layout();
  expect((twice?.width ?? 0) / cabin.width).toBeCloseTo(Math.sqrt(2), 6);
  expect(twice).toEqual(expect.objectContaining({ x: cabin.x, y: cabin.y }));
  expect(layout({ memoryBytes: 90e9 }).twice).toBeUndefined();
});

test('a length and a height give back their memory and bandwidth', () => {
  for (const [memoryGB, gbps] of [
    [24, 1008],
    [6, 300],
    [90, 4000],
  ] as const) {
    const { cabin, longest, stream } = layout({ memoryBytes: memoryGB * 1e9, gbps });
    expect(memoryAt(cabin.width, longest, 24)).toBeCloseTo(memoryGB, 6);
    expect(gbpsAt(stream.height, cabin.height, 1008)).toBeCloseTo(gbps, 6);
  }
  expect(memoryAt(-5, 100, 24)).toBe(0);
});

describe('inside the cabin', () => {
  test('bytes are areas', () => {
    const { cabin, luggage, seats = [] } = layout();
    expect(luggage.width / cabin.width).toBeCloseTo(4.5 / 24, 9);
    expect(seats).toHaveLength(18);
    for (const { width, height } of seats) {
      const part = (width * height) / (cabin.width * cabin.height) / (1.07 / 24);
      expect(part).toBeLessThanOrEqual(1 + 1e-9);
      expect(part).toBeGreaterThan(0.85);
    }
  });

  test.each([1, 2, 3, 7, 18, 50, 127, 200])('%i seats are apart, behind the luggage and inside', (seats) => {
    const l = layout({ seats, seatBytes: 19.5e9 / (seats + 0.3), width: 1000 });
    const cells = l.seats ?? [];
    expect(cells).toHaveLength(seats);
    for (const [i, a] of cells.entries()) {
      expect(a.x).toBeGreaterThanOrEqual(l.luggage.x + l.luggage.width - 1e-6);
      expect(a.x + a.width).toBeLessThanOrEqual(l.cabin.x + l.cabin.width + 1e-6);
      expect(a.y + a.height).toBeLessThanOrEqual(l.cabin.y + l.cabin.height + 1e-6);
      for (const b of cells.slice(i + 1)) {
        const apart = Math.abs(a.x - b.x) >= a.width - 1e-6 || Math.abs(a.y - b.y) >= a.height - 1e-6;
        expect(apart).toBe(true);
      }
    }
  });

  test('readers take seats, and the others wait', () => {
    const { seats = [], waiting } = layout({ readers: 5 });
    expect(seats.filter(({ isTaken }) => isTaken)).toHaveLength(5);
    expect(waiting.count).toBe(0);
    const full = layout({ readers: 30 });
    expect(full.seats?.every(({ isTaken }) => isTaken)).toBe(true);
    expect(full.waiting.count).toBe(12);
    expect(full.waiting.shown.length).toBeGreaterThan(0);
    expect(full.waiting.shown.length).toBeLessThanOrEqual(12);
  });

  test('too many seats are an area, of which readers take their part', () => {
    const l = layout({ seats: MAX_SEATS + 1, seatBytes: 19.5e9 / 201, readers: 100 });
    expect(l.seats).toBeUndefined();
    expect(l.taken.width / l.seating.width).toBeCloseTo(100 / 201, 9);
    expect(l.seating.x + l.seating.width).toBeCloseTo(l.cabin.x + l.cabin.width, 6);
  });

  test('luggage that does not fit leaves no seats and stays in the picture', () => {
    const l = layout({ weightBytes: 141e9, seats: 0 });
    expect(l).toMatchObject({ luggageFits: false, seats: [], waiting: { count: 1 } });
    expect(l.luggage.width).toBeGreaterThan(l.cabin.width);
    expect(l.luggage.x + l.luggage.width).toBeLessThanOrEqual(800);
  });
});

test.each([280, 340, 800, 1100])('all of it is inside a picture of %i px', (width) => {
  for (const memoryBytes of [1.5e9, 24e9, 96e9]) {
    const { nose, cabin, stream, wheels, road, height } = layout({ width, memoryBytes, weightBytes: 1e9, seats: 0 });
    expect(nose.x + nose.width).toBeLessThanOrEqual(width);
    expect(cabin.y).toBeGreaterThan(0);
    expect(stream.y).toBeGreaterThanOrEqual(cabin.y - 1e-6);
    expect(wheels.y + wheels.radius).toBeCloseTo(road, 6);
    expect(road).toBeLessThan(height);
  }
});
