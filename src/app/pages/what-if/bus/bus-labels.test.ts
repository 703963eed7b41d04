import { describe, expect, test } from 'vitest';
import type { PlacedText } from '../../../charts/svg/placed-text.tsx';
import { boldPx } from '../../../charts/svg/text-px.ts';
import { busLabels } from './bus-labels.ts';
import { busLayout } from './bus-layout.ts';

const NUMBERS = [
  { memory: '25.75 GB', bandwidth: '1,008 GB/s', memoryBytes: 25.75e9 },
  { memory: '0.01 GB', bandwidth: '0.1 GB/s', memoryBytes: 1e7 },
  { memory: '1,234,567.89 GB', bandwidth: '99,999,999.99 GB/s', memoryBytes: 1234567.89e9 },
] as const;

const reach = ({ x, text, anchor }: PlacedText) => (anchor === 'end' ? [x - boldPx(text), x] : [x, x + boldPx(text)]);

describe.each([250, 286, 360, 640, 900])('a picture of %i px', (width) => {
  test.each(NUMBERS)('$memory at $bandwidth', ({ memory, bandwidth, memoryBytes }) => {
    for (const base of [memoryBytes / 15, memoryBytes, memoryBytes * 1e4]) {
      const layout = busLayout({
        ...{ width, memoryBytes, baseMemoryBytes: base, gbps: 1008, baseGbps: 1008 },
        ...{ weightBytes: memoryBytes / 5, seatBytes: memoryBytes / 10, seats: 8, readers: 9_999_999 },
      });
      const labels = busLabels(layout, { memory, bandwidth, twice: '×2', waiting: '+9,999,981' });
      const line = [labels.bandwidth, labels.memory, ...(labels.twice ? [labels.twice] : [])].map(reach);
      for (const [i, [from = 0]] of line.entries()) expect(from).toBeGreaterThanOrEqual(line[i - 1]?.[1] ?? 0);
      expect(labels.waiting?.y).toBeGreaterThan(labels.bandwidth.y);
      expect(labels.waiting?.y).toBeLessThan(layout.road);
    }
  });
});

test('the usual numbers stand at what they are of', () => {
  const layout = busLayout({
    ...{ width: 800, memoryBytes: 24e9, baseMemoryBytes: 24e9, gbps: 1008, baseGbps: 1008 },
    ...{ weightBytes: 4.5e9, seatBytes: 1.07e9, seats: 18, readers: 30 },
  });
  const { memory, twice, waiting } = busLabels(layout, {
    memory: '24 GB',
    bandwidth: '1,008 GB/s',
    twice: '×2',
    waiting: '+4',
  });
  expect(memory.x).toBe(layout.cabin.x + layout.cabin.width);
  expect(twice?.x).toBe((layout.twice?.x ?? 0) + (layout.twice?.width ?? 0));
  expect(waiting?.y).toBe(layout.road - 56);
});
