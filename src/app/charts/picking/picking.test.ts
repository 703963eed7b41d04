import { expect, test } from 'vitest';
import { nearest, stepped } from './picking.ts';

const point = (left: number, top: number) => ({ left, top });
const series = [
  { points: [point(0, 0), point(50, 0), point(100, 0)] },
  { points: [] },
  { points: [point(0, 100), point(50, 100)] },
];

test('a pointer means the nearest point, if one is near', () => {
  expect(nearest({ left: 45, top: 10 }, series)).toEqual({ series: 0, point: 1 });
  expect(nearest({ left: 10, top: 90 }, series)).toEqual({ series: 2, point: 0 });
  expect(nearest({ left: 50, top: 50 }, series)).toBeUndefined();
});

test('keys step through points and lines, and stay at the ends', () => {
  expect(stepped('ArrowRight', undefined, series)).toEqual({ series: 0, point: 0 });
  expect(stepped('ArrowRight', { series: 0, point: 1 }, series)).toEqual({ series: 0, point: 2 });
  expect(stepped('ArrowRight', { series: 0, point: 2 }, series)).toEqual({ series: 0, point: 2 });
  expect(stepped('ArrowLeft', { series: 0, point: 0 }, series)).toEqual({ series: 0, point: 0 });
  expect(stepped('End', { series: 2, point: 0 }, series)).toEqual({ series: 2, point: 1 });
  expect(stepped('Home', { series: 0, point: 2 }, series)).toEqual({ series: 0, point: 0 });
  // A line without points is stepped over, and a shorter line has another last point.
  expect(stepped('ArrowDown', { series: 0, point: 2 }, series)).toEqual({ series: 2, point: 1 });
  expect(stepped('ArrowUp', { series: 2, point: 1 }, series)).toEqual({ series: 0, point: 1 });
  expect(stepped('End', undefined, series)).toEqual({ series: 0, point: 2 });
  expect(stepped('x', { series: 0, point: 0 }, series)).toBeUndefined();
  expect(stepped('ArrowRight', undefined, [{ points: [] }])).toBeUndefined();
});
