import { expect, test } from 'vitest';
import { lineDataset, pointsDataset } from './plot.ts';

const INFINITE = Number.POSITIVE_INFINITY;

test('a bar without an end is drawn as far as the others go, and is told as it is', () => {
  const open = { value: 2, ci95: [1, INFINITE] as const };
  const points = [
    { x: 1, y: open },
    { x: 2, y: { value: 3, ci95: [2, 5] as const } },
    { x: 3, y: { value: INFINITE, ci95: null } },
  ];
  expect(pointsDataset('reads', points, 0, String).data).toEqual([
    { x: 1, y: 2, figure: open, yMin: 1, yMax: 5 },
    { x: 2, y: 3, figure: points[1]?.y, yMin: 2, yMax: 5 },
  ]);
});

test('a line goes through its finite points', () => {
  const data = [
    { x: 1, y: 1 },
    { x: 2, y: Number.NaN },
    { x: 3, y: INFINITE },
  ];
  expect(lineDataset(data, 'ink').data).toEqual([{ x: 1, y: 1 }]);
});
