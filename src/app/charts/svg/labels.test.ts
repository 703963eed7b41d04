import { expect, test } from 'vitest';
import { labelsOf, markLabel } from './labels.ts';

const room = { frame: { left: 40, right: 400, top: 28, bottom: 200 }, width: 424, names: [] };
const point = (left: number, top: number, label: string) => ({ x: 0, y: 0, text: '', whiskers: [], left, top, label });

test('a label stands right of its point, and left of one at the right end', () => {
  expect(labelsOf([point(100, 90, '16')], room)).toEqual([{ x: 108, y: 83, anchor: 'start', text: '16' }]);
  expect(labelsOf([point(410, 90, '16')], room)).toEqual([{ x: 402, y: 83, anchor: 'end', text: '16' }]);
});

test('a long label on a narrow picture ends where the picture does', () => {
  const narrow = { ...room, frame: { ...room.frame, right: 180 }, width: 204 };
  expect(labelsOf([point(100, 90, 'google swiftshader')], narrow)).toMatchObject([{ x: 202, anchor: 'end' }]);
});

test('of labels that would lie over each other the last stays', () => {
  const points = [point(100, 90, '1'), point(110, 92, '4,096'), point(125, 95, '9,731')];
  expect(labelsOf(points, room).map(({ text }) => text)).toEqual(['9,731', '1']);
  expect(labelsOf([point(100, 90, '1'), point(100, 110, '2')], room)).toHaveLength(2);
});

test('the label of a mark does not lie over the axis', () => {
  expect(markLabel(point(100, 100, 'now'), room)?.y).toBeGreaterThan(100);
  expect(markLabel(point(100, 195, 'now'), room)?.y).toBeLessThan(195);
});
